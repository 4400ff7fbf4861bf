import type { Catalog } from './columns-reader.ts'
import { type Counted, Counter, type CountRequest } from './counter.ts'
import type { Deadline } from './deadline.ts'
import { type DocumentsRequest, type FoundDocument, readDocuments } from './documents.ts'
import { type PageEntry, type PageRequest, readPage } from './page.ts'
import { recordsSql, tableSql } from './records-sql.ts'
import { Resolver } from './resolver.ts'
import type { Row } from './row-conversion.ts'
import type { Scope } from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { columnsOf, renderSql, type Sql } from './sql.ts'

export interface StoreReaderOptions {
  readonly columns: ColumnsSource
  readonly text: TextSource
}

/** The records of a search as one table; several statements may ask it. */
export interface Table {
  /** Answers `select`, which reads `FROM records`. */
  rows(select: Sql): Promise<readonly Row[]>
  /** Exact quantiles of a value of the records; null for each when none has it. */
  quantiles(input: Sql, fractions: readonly number[]): Promise<readonly (number | null)[]>
}

/** Reads the records of all parts: columns and texts, each from the thread that holds them. */
export class StoreReader {
  readonly #columns: ColumnsSource
  readonly #text: TextSource
  readonly #resolver: Resolver
  readonly #counter: Counter
  #catalog: Catalog = { version: 0, days: [] }

  constructor({ columns, text }: StoreReaderOptions) {
    this.#columns = columns
    this.#text = text
    this.#resolver = new Resolver(text)
    this.#counter = new Counter({ columns, text, resolver: this.#resolver })
  }

  /** What the store holds now of records, by day. */
  async catalog(): Promise<Catalog> {
    const changed = await this.#columns.catalog(this.#catalog.version)
    if (changed !== undefined && changed.version > this.#catalog.version) this.#catalog = changed
    return this.#catalog
  }

  /** Makes the table of all records that match. */
  async table(scopes: readonly Scope[], deadline: Deadline): Promise<Table> {
    const resolved = await Promise.all(
      scopes.map((scope) => this.#resolver.resolve(scope, deadline)),
    )
    const source = { parts: resolved.flat(), computed: scopes[0]?.computed ?? [] }
    return {
      // async: time that is up fails the promise, it throws nothing among others just made
      rows: async (select) =>
        this.#columns.query(renderSql(tableSql(source, select)), deadline.leftMs()),
      quantiles: async (input, fractions) =>
        this.#columns.quantiles(
          { records: recordsSql(source, columnsOf([input])), input, fractions },
          deadline.leftMs(),
        ),
    }
  }

  /** Finds the records of a page, in order. */
  page(request: PageRequest): Promise<readonly PageEntry[]> {
    return readPage({ columns: this.#columns, text: this.#text, resolver: this.#resolver }, request)
  }

  /** Counts the records that match; may stop once it has found `limit`. */
  async count(request: CountRequest): Promise<number> {
    return (await this.#counter.count(request)).count
  }

  /**
   * Counts as `count` does, but looks at texts for so many milliseconds only: where they have to
   * be read to know, the rest is left out.
   */
  countWithin(request: CountRequest, textMs: number): Promise<Counted> {
    return this.#counter.count(request, textMs)
  }

  /** Reads records, in the order of the keys; undefined for one dropped in the meantime. */
  documents(request: DocumentsRequest): Promise<readonly (FoundDocument | undefined)[]> {
    return readDocuments(this.#columns, this.#text, request)
  }
}
