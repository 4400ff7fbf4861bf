import {
  FIELDS,
  type FieldDefinition,
  type FieldName,
  indexName,
  isColumn,
} from '../../record/index.ts'
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

const ALL_FIELDS = Object.entries(FIELDS) as readonly (readonly [FieldName, FieldDefinition])[]

/** What was asked for, day by day. */
interface DayRows {
  readonly day: DayColumns
  readonly rows: readonly number[]
}

/**
 * Reads records, in the order given; undefined for one whose day was dropped in the meantime. The
 * text file holds a record whole; the columns are asked where it does not.
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
  const found = new Map<string, FoundDocument>()
  const extras = new Map<string, StoredDocument['extra']>()
  if (withTexts) {
    const texts = await Promise.all(days.map(({ day, rows }) => text.documents(day.day, rows)))
    for (const [place, { day, rows }] of days.entries()) {
      for (const [at, row] of rows.entries()) {
        const stored = texts[place]?.[at]
        const document = stored && fromText(fields, day.day, stored)
        if (document !== undefined) found.set(keyOf(day, row), document)
        else extras.set(keyOf(day, row), stored?.extra)
      }
    }
  }
  const left = days
    .map(({ day, rows }) => ({ day, rows: rows.filter((row) => !found.has(keyOf(day, row))) }))
    .filter(({ rows }) => rows.length > 0)
  for (const [key, document] of await fromColumns(columns, fields, left, deadline)) {
    const extra = extras.get(key)
    found.set(key, { ...document, source: { ...document.source, ...extra } })
  }
  return keys.map(({ day, row }) => found.get(keyOf(day, row)))
}

function keyOf({ day }: DayColumns, row: number): string {
  return `${day} ${row}`
}

function fromText(
  fields: typeof ALL_FIELDS,
  day: string,
  { id, indexPrefix, record, extra }: StoredDocument,
): FoundDocument | undefined {
  if (id === undefined || indexPrefix === undefined || record === undefined) return undefined
  const source: Record<string, unknown> = {}
  for (const [name, { type }] of fields) {
    const value = record[name]
    if (value === undefined) continue
    source[name] = type === 'date' ? new Date(Number(value)).toISOString() : value
  }
  return { index: indexName(indexPrefix, day), id, source: { ...source, ...extra } }
}

async function fromColumns(
  columns: ColumnsSource,
  fields: typeof ALL_FIELDS,
  days: readonly DayRows[],
  deadline: Deadline,
): Promise<ReadonlyMap<string, FoundDocument>> {
  const found = new Map<string, FoundDocument>()
  if (days.length === 0) return found
  const held = fields.filter(([, definition]) => isColumn(definition))
  const names = [...new Set<string>([...KEY_COLUMNS, ...held.map(([name]) => name)])]
  const selects = days.flatMap(({ day, rows }, place) =>
    clusters(rows).map((cluster) => documentSelect(names, day, place, cluster)),
  )
  const rows = await columns.query(renderSql(unionSql(selects)), deadline.leftMs())
  for (const [place, ...cells] of rows) {
    const { day } = days[Number(place)]!
    const values = new Map(names.map((name, at) => [name, cells[at] ?? null]))
    found.set(keyOf(day, Number(cells[0])), assemble(held, day.day, values))
  }
  return found
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
): FoundDocument {
  const source: Record<string, unknown> = {}
  for (const [name, definition] of fields) {
    const value = sourceValue(definition, values.get(name) ?? null)
    if (value !== undefined) source[name] = value
  }
  return {
    index: indexName(String(values.get('index_prefix')), day),
    id: String(values.get('_id') ?? values.get('request_id')),
    source,
  }
}

function sourceValue({ type }: FieldDefinition, value: Cell): unknown {
  if (value === null) return undefined
  if (type === 'date') return new Date(Number(value)).toISOString()
  return type === 'object' ? JSON.parse(String(value)) : value
}
