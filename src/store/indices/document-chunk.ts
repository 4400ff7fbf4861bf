import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api'
import type { IndexRow } from './document-indices.ts'

/** A column of a table of documents. */
export interface TableColumn {
  readonly name: string
  readonly sqlType: string
}

type Value = IndexRow['values'][string][number]

interface Column {
  readonly type: DuckDBType
  readonly valueOf: (row: IndexRow) => DuckDBValue
}

const MICROS_PER_MS = 1000
const MAX_BIGINT = 2n ** 63n - 1n

/** Gives null for what the column cannot hold. */
const CONVERSIONS: Readonly<
  Record<string, { readonly type: DuckDBType; readonly convert: (value: Value) => DuckDBValue }>
> = {
  VARCHAR: { type: VARCHAR, convert: String },
  BIGINT: { type: BIGINT, convert: wholeNumber },
  DOUBLE: { type: DOUBLE, convert: (value) => (Number.isFinite(value) ? Number(value) : null) },
  BOOLEAN: { type: BOOLEAN, convert: (value) => (typeof value === 'boolean' ? value : null) },
  TIMESTAMP: { type: TIMESTAMP, convert: micros },
}

const BASE: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['row', { type: BIGINT, valueOf: ({ row }) => BigInt(row) }],
  ['gone', { type: BIGINT, valueOf: () => null }],
  ['_id', { type: VARCHAR, valueOf: ({ id }) => id }],
  ['_routing', { type: VARCHAR, valueOf: ({ routing }) => routing ?? null }],
  ['_version', { type: BIGINT, valueOf: ({ version }) => BigInt(version) }],
  [
    '_ignored',
    {
      type: LIST(VARCHAR),
      valueOf: ({ ignored }) => (ignored.length === 0 ? null : new DuckDBListValue(ignored)),
    },
  ],
])

function wholeNumber(value: Value): DuckDBValue {
  if (typeof value === 'boolean' || !/^-?\d{1,19}$/.test(String(value))) return null
  const whole = BigInt(value)
  return whole <= MAX_BIGINT && whole >= -MAX_BIGINT - 1n ? whole : null
}

function micros(value: Value): DuckDBValue {
  const whole = Math.round(Number(value) * MICROS_PER_MS)
  return Number.isSafeInteger(whole) ? new DuckDBTimestampValue(BigInt(whole)) : null
}

function fieldColumn({ name, sqlType }: TableColumn): Column {
  const isList = sqlType.endsWith('[]')
  const conversion = CONVERSIONS[isList ? sqlType.slice(0, -2) : sqlType]
  if (conversion === undefined) throw new Error(`no column of type ${sqlType} is known`)
  const { type, convert } = conversion
  const listOf = (values: readonly Value[] | undefined): DuckDBValue => {
    const items = values?.map(convert).filter((item) => item !== null) ?? []
    return items.length === 0 ? null : new DuckDBListValue(items)
  }
  return isList
    ? { type: LIST(type), valueOf: ({ values }) => listOf(values[name]) }
    : { type, valueOf: ({ values }) => convertFirst(values[name], convert) }
}

function convertFirst(
  values: readonly Value[] | undefined,
  convert: (value: Value) => DuckDBValue,
): DuckDBValue {
  const [first] = values ?? []
  return first === undefined ? null : convert(first)
}

/** Fills chunks with documents and appends them to a table that has the columns, in order. */
export class DocumentChunk {
  readonly #columns: readonly Column[]
  readonly #chunk: DuckDBDataChunk

  constructor(columns: readonly TableColumn[]) {
    this.#columns = columns.map((column) => BASE.get(column.name) ?? fieldColumn(column))
    this.#chunk = DuckDBDataChunk.create(this.#columns.map(({ type }) => type))
  }

  /** Appends at most `CHUNK_ROWS` documents. */
  append(appender: DuckDBAppender, rows: readonly IndexRow[]): void {
    this.#chunk.reset()
    this.#chunk.rowCount = rows.length
    for (const [place, column] of this.#columns.entries()) {
      const vector = this.#chunk.getColumnVector(place)
      for (let index = 0; index < rows.length; index++) {
        vector.setItem(index, column.valueOf(rows[index]!))
      }
      vector.flush()
    }
    appender.appendDataChunk(this.#chunk)
  }
}
