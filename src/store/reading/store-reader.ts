import type { Catalog } from './columns-reader.ts'
import type { Deadline } from './deadline.ts'
import { type DocumentsRequest, type FoundDocument, readDocuments } from './documents.ts'
import { type PageEntry, type PageRequest, readPage } from './page.ts'
import { rowsInPart } from './part.ts'
import { Resolver } from './resolver.ts'
import type { Row } from './row-conversion.ts'
import {
  type Computed,
  columnSelect,
  emptySelect,
  narrowed,
  partSelect,
  type ResolvedPart,
  type Scope,
} from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { columnsOf, renderSql, type Sql, sql, unionSql } from './sql.ts'

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

export interface CountRequest {
  readonly scopes: readonly Scope[]
  /** Counting may stop here. */
  readonly limit: number
  readonly deadline: Deadline
}

/** Reads the records of all parts: columns and texts, each from the thread that holds them. */
export class StoreReader {
  readonly #columns: ColumnsSource
  readonly #text: TextSource
  readonly #resolver: Resolver
  #catalog: Catalog = { version: 0, days: [] }

  constructor({ columns, text }: StoreReaderOptions) {
    this.#columns = columns
    this.#text = text
    this.#resolver = new Resolver(columns, text)
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
      rows: (select) => this.#columns.query(renderSql(tableSql(source, select)), deadline.leftMs()),
      quantiles: (input, fractions) =>
        this.#columns.quantiles(
          { records: recordsSql(source, columnsOf([input])), input, fractions },
          deadline.leftMs(),
        ),
    }
  }

  /** Finds the records of a page, in order. */
  page(request: PageRequest): Promise<readonly PageEntry[]> {
    return readPage(this.#columns, this.#resolver, request)
  }

  /** Counts the records that match; may stop once it has found `limit`. */
  async count({ scopes, limit, deadline }: CountRequest): Promise<number> {
    let counted = 0
    for (const scope of scopes) {
      if (counted >= limit) break
      counted += await this.#countScope(scope, limit - counted, deadline)
    }
    return counted
  }

  /** Reads records, in the order of the keys; undefined for one dropped in the meantime. */
  documents(request: DocumentsRequest): Promise<readonly (FoundDocument | undefined)[]> {
    return readDocuments(this.#columns, this.#text, request)
  }

  async #countScope(scope: Scope, limit: number, deadline: Deadline): Promise<number> {
    let counted = 0
    const open = scope.parts.filter((part) => {
      const { kind } = narrowed(scope.filter, part)
      const known = kind === 'all' ? rowsInPart(part) : undefined
      counted += known ?? 0
      return kind !== 'none' && known === undefined
    })
    let size = 1
    for (let start = 0; start < open.length && counted < limit; ) {
      const parts = open.slice(start, start + size)
      const resolved = await this.#resolver.resolve({ ...scope, parts, computed: [] }, deadline)
      counted += await this.#countResolved(resolved, deadline)
      start += size
      size *= 4
    }
    return counted
  }

  async #countResolved(parts: readonly ResolvedPart[], deadline: Deadline): Promise<number> {
    let known = 0
    const others = parts.filter(({ part, filter }) => {
      const rows = filter.kind === 'all' ? rowsInPart(part) : undefined
      known += rows ?? 0
      return rows === undefined
    })
    if (others.length === 0) return known
    const select = sql`SELECT count(*) FROM records`
    const rows = await this.#columns.query(
      renderSql(tableSql({ parts: others, computed: [] }, select)),
      deadline.leftMs(),
    )
    return known + Number(rows[0]?.[0])
  }
}

interface RecordsSource {
  readonly parts: readonly ResolvedPart[]
  /** Tells the types of computed columns where no part has any. */
  readonly computed: readonly Computed[]
}

function tableSql(source: RecordsSource, select: Sql): Sql {
  return sql`WITH records AS (${recordsSql(source, columnsOf([select]))}) ${select}`
}

function recordsSql({ parts, computed }: RecordsSource, names: ReadonlySet<string>): Sql {
  return parts.length === 0
    ? emptySelect(computed, names)
    : unionSql(parts.map((part) => partSelect(part, columnSelect(part, names))))
}
