import type { Catalog } from './columns-reader.ts'
import type { Deadline } from './deadline.ts'
import { type DocumentsRequest, type FoundDocument, readDocuments } from './documents.ts'
import type { Filter } from './filter.ts'
import { type PageEntry, type PageRequest, readPage } from './page.ts'
import { Resolver } from './resolver.ts'
import type { Row } from './row-conversion.ts'
import {
  columnSelect,
  type DayPart,
  daySelect,
  emptyColumn,
  narrowed,
  type ResolvedDay,
  rowsInPart,
} from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { columnsOf, joinSql, renderSql, type Sql, sql, unionSql } from './sql.ts'

export interface StoreReaderOptions {
  readonly columns: ColumnsSource
  readonly text: TextSource
}

export interface TableRequest {
  readonly parts: readonly DayPart[]
  readonly filter: Filter
  /** Further conditions; `markColumn(n)` says of each record whether the n-th holds. */
  readonly marks: readonly Filter[]
  readonly deadline: Deadline
}

/** The records of a search as one table; several statements may ask it. */
export interface Table {
  /** Answers `select`, which reads `FROM records`. */
  rows(select: Sql): Promise<readonly Row[]>
  /** Exact quantiles of a value of the records; null for each when none has it. */
  quantiles(input: Sql, fractions: readonly number[]): Promise<readonly (number | null)[]>
}

export interface CountRequest {
  readonly parts: readonly DayPart[]
  readonly filter: Filter
  /** Counting may stop here. */
  readonly limit: number
  readonly deadline: Deadline
}

/** Reads the records of all days: columns and texts, each from the thread that holds them. */
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

  /** What the store holds now. */
  async catalog(): Promise<Catalog> {
    const changed = await this.#columns.catalog(this.#catalog.version)
    if (changed !== undefined && changed.version > this.#catalog.version) this.#catalog = changed
    return this.#catalog
  }

  /** Makes the table of all records that match. */
  async table({ parts, filter, marks, deadline }: TableRequest): Promise<Table> {
    const days = await this.#resolver.resolve(parts, { filter, marks, deadline })
    return {
      rows: (select) => this.#columns.query(renderSql(tableSql(days, select)), deadline.leftMs()),
      quantiles: (input, fractions) =>
        this.#columns.quantiles(
          { records: recordsSql(days, columnsOf([input])), input, fractions },
          deadline.leftMs(),
        ),
    }
  }

  /** Finds the records of a page, in order. */
  page(parts: readonly DayPart[], request: PageRequest): Promise<readonly PageEntry[]> {
    return readPage(this.#columns, this.#resolver, parts, request)
  }

  /** Counts the records that match; may stop once it has found `limit`. */
  async count({ parts, filter, limit, deadline }: CountRequest): Promise<number> {
    let counted = 0
    const open: DayPart[] = []
    for (const part of parts) {
      const { kind } = narrowed(filter, part.columns)
      if (kind === 'all') counted += rowsInPart(part)
      else if (kind !== 'none') open.push(part)
    }
    let size = 1
    for (let start = 0; start < open.length && counted < limit; ) {
      const batch = open.slice(start, start + size)
      const days = await this.#resolver.resolve(batch, { filter, marks: [], deadline })
      counted += await this.#countResolved(days, deadline)
      start += size
      size *= 4
    }
    return counted
  }

  /** Reads records, in the order of the keys; undefined for one dropped in the meantime. */
  documents(request: DocumentsRequest): Promise<readonly (FoundDocument | undefined)[]> {
    return readDocuments(this.#columns, this.#text, request)
  }

  async #countResolved(days: readonly ResolvedDay[], deadline: Deadline): Promise<number> {
    const whole = days.filter(({ filter }) => filter.kind === 'all')
    const known = whole.reduce((sum, { part }) => sum + rowsInPart(part), 0)
    const others = days.filter(({ filter }) => filter.kind !== 'all')
    if (others.length === 0) return known
    const select = sql`SELECT count(*) FROM records`
    const rows = await this.#columns.query(renderSql(tableSql(others, select)), deadline.leftMs())
    return known + Number(rows[0]?.[0])
  }
}

function tableSql(days: readonly ResolvedDay[], select: Sql): Sql {
  return sql`WITH records AS (${recordsSql(days, columnsOf([select]))}) ${select}`
}

function recordsSql(days: readonly ResolvedDay[], names: ReadonlySet<string>): Sql {
  if (days.length === 0) {
    const empty = [sql`1`, ...[...names].map(emptyColumn)]
    return sql`SELECT ${joinSql(empty, ', ')} WHERE false`
  }
  return unionSql(days.map((day) => daySelect(day, columnSelect(day, names))))
}
