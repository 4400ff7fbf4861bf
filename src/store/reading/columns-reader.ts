import { statSync } from 'node:fs'
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api'
import { RECORD_COLUMNS, RECORDS_TABLE } from '../days/columns-schema.ts'
import { columnsFile, textFile } from '../days/day-files.ts'
import type { AttachedDay, ColumnStore } from '../writing/column-store.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { DayColumns } from './day-columns.ts'
import {
  hasStrayValues,
  orderedSql,
  placesSql,
  type QuantileRequest,
  quantilePlan,
  quantilesOf,
  rangesSql,
} from './quantiles.ts'
import { type Row, toCell } from './row-conversion.ts'
import { type RenderedSql, renderSql, type Sql, type SqlValue } from './sql.ts'

/** Time that describing a changed day may take. */
const DESCRIBE_TIMEOUT_MS = 30_000

/** Statements that run at a time; more would only share the same threads of the engine. */
const CONNECTIONS = 4

/** The days of a store, newest first; `version` changes with anything in them. */
export interface Catalog {
  readonly version: number
  readonly days: readonly DayColumns[]
}

/**
 * Reads the columns of all days. Lives in the thread that owns the column engine; statements run
 * on the engine's own threads.
 */
export class ColumnsReader {
  readonly #store: ColumnStore
  readonly #pool: ConnectionPool
  /** What is known of each day, with the attachment it was read from. */
  readonly #days = new Map<string, { attached: AttachedDay; columns: DayColumns }>()
  readonly #changed = new Set<string>()
  #version = 1
  #describing: Promise<void> | undefined

  constructor(store: ColumnStore) {
    this.#store = store
    this.#pool = new ConnectionPool(CONNECTIONS, () => store.connect())
  }

  /** Told by the writer: a transaction that added records to `day` was committed. */
  dayChanged(day: string): void {
    this.#changed.add(day)
  }

  /** Describes all days as they are now; undefined when nothing changed since version `known`. */
  async catalog(known?: number): Promise<Catalog | undefined> {
    // one that has begun may have missed what was committed before this call
    await this.#describing
    this.#describing ??= this.#describe().finally(() => {
      this.#describing = undefined
    })
    await this.#describing
    if (known === this.#version) return undefined
    const days = [...this.#days.values()].map(({ columns }) => columns)
    return { version: this.#version, days: days.sort((a, b) => (a.day < b.day ? 1 : -1)) }
  }

  /**
   * Runs one statement and returns its rows.
   *
   * @throws AppError SEARCH_TIMEOUT when it ran longer than `timeoutMs`, SEARCH_OVERLOADED
   */
  query({ text, values }: RenderedSql, timeoutMs: number): Promise<readonly Row[]> {
    const deadlineMs = performance.now() + timeoutMs
    return this.#store.gate.open(() =>
      this.#pool.use(deadlineMs, (connection) => rowsOf(connection, text, values)),
    )
  }

  /**
   * Exact quantiles of many values; null for each when there are no values.
   *
   * @throws AppError SEARCH_TIMEOUT, SEARCH_OVERLOADED
   */
  quantiles(request: QuantileRequest, timeoutMs: number): Promise<readonly (number | null)[]> {
    const deadlineMs = performance.now() + timeoutMs
    return this.#store.gate.open(() =>
      this.#pool.use(deadlineMs, async (connection) => {
        // both passes have to see the same records
        await connection.run('BEGIN')
        const found = await readQuantiles(connection, request)
        await connection.run('COMMIT')
        return found
      }),
    )
  }

  close(): void {
    this.#pool.close()
  }

  async #describe(): Promise<void> {
    const attachedDays = this.#store.attachedDays()
    const present = new Set(attachedDays.map(({ day }) => day))
    for (const day of [...this.#days.keys()]) {
      if (present.has(day)) continue
      this.#days.delete(day)
      this.#version++
    }
    for (const attached of attachedDays) {
      if (this.#days.get(attached.day)?.attached !== attached) this.#changed.add(attached.day)
    }
    for (const day of [...this.#changed]) await this.#describeDay(day)
  }

  async #describeDay(day: string): Promise<void> {
    this.#changed.delete(day)
    const attached = this.#store.attachedDay(day)
    if (attached === undefined) return
    try {
      const rows = await this.query(prefixesOf(attached), DESCRIBE_TIMEOUT_MS)
      this.#days.set(day, { attached, columns: this.#described(attached, rows) })
      this.#version++
    } catch (error) {
      this.#changed.add(day)
      throw error
    }
  }

  #described({ day, columns }: AttachedDay, rows: readonly Row[]): DayColumns {
    const present = new Set(columns)
    return {
      day,
      missing: RECORD_COLUMNS.filter(({ name }) => !present.has(name)).map(({ name }) => name),
      bytes:
        sizeOf(columnsFile(this.#store.folder, day)) + sizeOf(textFile(this.#store.folder, day)),
      prefixes: rows.map(([prefix, count, firstMs, lastMs]) => ({
        prefix: String(prefix),
        rows: Number(count),
        firstMs: typeof firstMs === 'number' ? firstMs : Number.POSITIVE_INFINITY,
        lastMs: typeof lastMs === 'number' ? lastMs : Number.NEGATIVE_INFINITY,
      })),
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function prefixesOf({ database }: AttachedDay): RenderedSql {
  return {
    text: `SELECT index_prefix, count(*), min("@timestamp"), max("@timestamp")
           FROM ${database}.${RECORDS_TABLE} GROUP BY index_prefix ORDER BY index_prefix`,
    values: [],
  }
}

async function readQuantiles(
  connection: DuckDBConnection,
  request: QuantileRequest,
): Promise<readonly (number | null)[]> {
  const run = async (statement: Sql) => {
    const { text, values } = renderSql(statement)
    return rowsOf(connection, text, values)
  }
  const ranges = await run(rangesSql(request))
  if (hasStrayValues(ranges)) {
    const [ordered] = await run(orderedSql(request))
    return ordered![0] as readonly number[]
  }
  const plan = quantilePlan(ranges, request.fractions)
  if (plan === undefined) return request.fractions.map(() => null)
  const [places] = await run(placesSql(request, plan))
  return quantilesOf(places!, plan)
}

async function rowsOf(
  connection: DuckDBConnection,
  text: string,
  values: readonly SqlValue[],
): Promise<readonly Row[]> {
  const bound = values.map(bindable)
  const result = await connection.run(
    text,
    bound.map(([value]) => value),
    bound.map(([, type]) => type),
  )
  const rows = await result.getRows()
  const types = result.columnTypes()
  return rows.map((row) => row.map((value, place) => toCell(value, types[place]!)))
}

const LARGEST_LONG = 2n ** 63n - 1n

/** The largest long is 2^63 as a number, one more than the engine takes. */
function inRange(value: bigint): bigint {
  if (value > LARGEST_LONG) return LARGEST_LONG
  return value < -LARGEST_LONG ? -LARGEST_LONG - 1n : value
}

function bindable(value: SqlValue): readonly [DuckDBValue, DuckDBType] {
  switch (value.type) {
    case 'text':
      return [value.value, VARCHAR]
    case 'long':
      return [inRange(BigInt(value.value)), BIGINT]
    case 'double':
      return [value.value, DOUBLE]
    case 'boolean':
      return [value.value, BOOLEAN]
    case 'date':
      return [new DuckDBTimestampValue(BigInt(value.value) * 1000n), TIMESTAMP]
    default:
      return value satisfies never
  }
}
