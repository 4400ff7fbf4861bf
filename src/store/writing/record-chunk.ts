import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  STRUCT,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api'
import {
  ATTEMPT_FIELDS,
  type AttemptField,
  type CallRecord,
  FIELDS,
  type FieldDefinition,
  type FieldType,
  isColumn,
  type StoredRecord,
} from '../../record/index.ts'
import { ATTEMPTS_COLUMN } from '../days/columns-schema.ts'

/** Rows of a DuckDB vector: what one chunk can hold. */
export const CHUNK_ROWS = 2048

const USD_PLACES = 9
const USD_WIDTH = 18
const NANO_PER_USD = 1e9
const MICROS_PER_MS = 1000

interface Column {
  readonly type: DuckDBType
  readonly valueOf: (stored: StoredRecord, row: number) => DuckDBValue
}

interface Conversion {
  readonly type: DuckDBType
  /** Gives null for what the column cannot hold. */
  readonly convert: (value: unknown) => DuckDBValue
}

const TEXT: Conversion = {
  type: VARCHAR,
  convert: (value) => (typeof value === 'string' ? value : null),
}

const CONVERSIONS: Readonly<Record<Exclude<FieldType, 'stored' | 'details'>, Conversion>> = {
  keyword: TEXT,
  text: TEXT,
  keywords: {
    type: LIST(VARCHAR),
    convert: (value) =>
      Array.isArray(value)
        ? new DuckDBListValue(value.filter((item) => typeof item === 'string'))
        : null,
  },
  long: { type: BIGINT, convert: wholeNumber },
  double: { type: DOUBLE, convert: (value) => (Number.isFinite(value) ? (value as number) : null) },
  usd: { type: DECIMAL(USD_WIDTH, USD_PLACES), convert: nanoUsd },
  boolean: { type: BOOLEAN, convert: (value) => (typeof value === 'boolean' ? value : null) },
  date: { type: TIMESTAMP, convert: micros },
  object: {
    type: VARCHAR,
    convert: (value) => (value === undefined || value === null ? null : JSON.stringify(value)),
  },
}

function wholeNumber(value: unknown): DuckDBValue {
  const whole = typeof value === 'number' ? Math.trunc(value) : undefined
  return whole !== undefined && Number.isSafeInteger(whole) ? BigInt(whole) : null
}

function nanoUsd(value: unknown): DuckDBValue {
  if (typeof value !== 'number' || !(Math.abs(value) < 10 ** (USD_WIDTH - USD_PLACES))) return null
  return new DuckDBDecimalValue(BigInt(Math.round(value * NANO_PER_USD)), USD_WIDTH, USD_PLACES)
}

function micros(value: unknown): DuckDBValue {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  return new DuckDBTimestampValue(BigInt(Math.round(value * MICROS_PER_MS)))
}

const ATTEMPT_NAMES = Object.keys(ATTEMPT_FIELDS) as readonly AttemptField[]

const ATTEMPTS: Conversion = {
  type: LIST(
    STRUCT(
      Object.fromEntries(
        ATTEMPT_NAMES.map((name) => [name, CONVERSIONS[ATTEMPT_FIELDS[name]].type]),
      ),
    ),
  ),
  convert: (value) => (Array.isArray(value) ? new DuckDBListValue(value.map(attempt)) : null),
}

function attempt(given: Readonly<Record<string, unknown>>): DuckDBStructValue {
  const entries = ATTEMPT_NAMES.map(
    (name) => [name, CONVERSIONS[ATTEMPT_FIELDS[name]].convert(given[name])] as const,
  )
  return new DuckDBStructValue(Object.fromEntries(entries))
}

function fieldColumn(name: string, field: FieldDefinition): Column {
  if (field.type === 'stored' || field.type === 'details') {
    throw new Error(`a ${field.type} field has no column`)
  }
  const { type, convert } = CONVERSIONS[field.type]
  const key = name as keyof CallRecord
  return { type, valueOf: ({ record }) => convert(record[key]) }
}

/** The columns by name. */
const COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['row', { type: BIGINT, valueOf: (_, row) => BigInt(row) }],
  ['_id', { type: VARCHAR, valueOf: ({ id, record }) => (id === record.request_id ? null : id) }],
  ['index_prefix', { type: VARCHAR, valueOf: ({ indexPrefix }) => indexPrefix }],
  ...Object.entries(FIELDS)
    .filter(([, field]: [string, FieldDefinition]) => isColumn(field))
    .map(([name, field]: [string, FieldDefinition]) => [name, fieldColumn(name, field)] as const),
  [
    ATTEMPTS_COLUMN,
    { type: ATTEMPTS.type, valueOf: ({ record }) => ATTEMPTS.convert(record.attempts) },
  ],
])

/** Fills chunks with records and appends them to a table whose columns are `names`, in order. */
export class RecordChunk {
  readonly #columns: readonly (Column | undefined)[]
  readonly #chunk: DuckDBDataChunk

  constructor(names: readonly string[]) {
    this.#columns = names.map((name) => COLUMNS.get(name))
    this.#chunk = DuckDBDataChunk.create(this.#columns.map((column) => column?.type ?? VARCHAR))
  }

  /** Appends at most `CHUNK_ROWS` records; the first has the row id `firstRow`. */
  append(appender: DuckDBAppender, records: readonly StoredRecord[], firstRow: number): void {
    this.#chunk.reset()
    this.#chunk.rowCount = records.length
    for (const [place, column] of this.#columns.entries()) {
      const vector = this.#chunk.getColumnVector(place)
      for (let index = 0; index < records.length; index++) {
        vector.setItem(index, column?.valueOf(records[index]!, firstRow + index) ?? null)
      }
      vector.flush()
    }
    appender.appendDataChunk(this.#chunk)
  }
}
