import { FIELDS, type FieldDefinition, indexName, isColumn } from '../../record/index.ts'
import { databaseName, RECORDS_TABLE } from '../days/columns-schema.ts'
import type { StoredDocument } from '../days/text-schema.ts'
import type { DayColumns } from './day-columns.ts'
import type { Deadline } from './deadline.ts'
import type { Cell } from './row-conversion.ts'
import { rowsCondition } from './row-set.ts'
import { emptyColumn } from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { column, integer, joinSql, renderSql, type Sql, sql, unionSql } from './sql.ts'

/** Where a record lies. */
interface RecordKey {
  readonly day: DayColumns
  readonly row: number
}

/** A record as it is given back to whoever searches. */
export interface FoundDocument {
  readonly index: string
  readonly id: string
  readonly source: Readonly<Record<string, unknown>>
}

/** Rows nearer than this are read together: three times the 2,048 that are decompressed at a time. */
const CLUSTER_ROWS = 6_144

/** Columns that every document is put together with. */
const KEY_COLUMNS = ['row', '_id', 'request_id', 'index_prefix'] as const

/** Which fields of the documents are needed; others may be left out. */
type WantedFields = (field: string) => boolean

export interface DocumentsRequest {
  readonly keys: readonly RecordKey[]
  readonly wants: WantedFields
  /** Whether the text files are read: for fields they hold, and for what senders gave besides. */
  readonly withTexts: boolean
  readonly deadline: Deadline
}

const ALL_FIELDS = Object.entries(FIELDS) as readonly (readonly [string, FieldDefinition])[]

/**
 * Reads records: the columns and what the text file keeps of them, in the order given; undefined
 * for one whose day was dropped in the meantime.
 */
export async function readDocuments(
  columns: ColumnsSource,
  text: TextSource,
  { keys, wants, withTexts, deadline }: DocumentsRequest,
): Promise<readonly (FoundDocument | undefined)[]> {
  if (keys.length === 0) return []
  const days = [...Map.groupBy(keys, ({ day }) => day)].map(([day, ofDay]) => ({
    day,
    rows: ofDay.map(({ row }) => row).sort((a, b) => a - b),
  }))
  const fields = ALL_FIELDS.filter(([name]) => wants(name))
  const held = fields.filter(([, definition]) => isColumn(definition)).map(([name]) => name)
  const names = [...new Set<string>([...KEY_COLUMNS, ...held])]
  const selects = days.flatMap(({ day, rows }, place) =>
    clusters(rows).map((cluster) => documentSelect(names, day, place, cluster)),
  )
  const [rows, texts] = await Promise.all([
    columns.query(renderSql(unionSql(selects)), deadline.leftMs()),
    withTexts ? Promise.all(days.map(({ day, rows }) => text.documents(day.day, rows))) : [],
  ])
  const stored = days.map(
    (day, place) => new Map(day.rows.map((row, at) => [row, texts[place]?.[at]])),
  )
  const found = new Map<string, FoundDocument>()
  for (const [place, ...cells] of rows) {
    const { day } = days[Number(place)]!.day
    const row = Number(cells[0])
    const values = new Map(names.map((name, at) => [name, cells[at] ?? null]))
    found.set(`${day} ${row}`, assemble(fields, day, values, stored[Number(place)]!.get(row)))
  }
  return keys.map(({ day, row }) => found.get(`${day.day} ${row}`))
}

function clusters(rows: readonly number[]): readonly Float64Array[] {
  const parts: number[][] = []
  for (const row of rows) {
    const last = parts.at(-1)
    if (last !== undefined && row - last.at(-1)! < CLUSTER_ROWS) last.push(row)
    else parts.push([row])
  }
  return parts.map((part) => Float64Array.from(part))
}

function documentSelect(
  names: readonly string[],
  { day, missing }: DayColumns,
  place: number,
  rows: Float64Array,
): Sql {
  const table = { texts: [`${databaseName(day)}.${RECORDS_TABLE}`], holes: [] }
  const wanted = names.map((name) => (missing.includes(name) ? emptyColumn(name) : column(name)))
  return sql`SELECT ${integer(place)}, ${joinSql(wanted, ', ')} FROM ${table}
    WHERE ${rowsCondition(rows)}`
}

function assemble(
  fields: typeof ALL_FIELDS,
  day: string,
  values: ReadonlyMap<string, Cell>,
  stored: StoredDocument | undefined,
): FoundDocument {
  const source: Record<string, unknown> = {}
  for (const [name, definition] of fields) {
    const value = isColumn(definition)
      ? sourceValue(definition, values.get(name) ?? null)
      : stored?.[name as keyof StoredDocument]
    if (value !== undefined) source[name] = value
  }
  return {
    index: indexName(String(values.get('index_prefix')), day),
    id: String(values.get('_id') ?? values.get('request_id')),
    source: { ...source, ...stored?.extra },
  }
}

function sourceValue({ type }: FieldDefinition, value: Cell): unknown {
  if (value === null) return undefined
  if (type === 'date') return new Date(Number(value)).toISOString()
  return type === 'object' ? JSON.parse(String(value)) : value
}
