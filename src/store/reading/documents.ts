import {
  FIELDS,
  type FieldDefinition,
  type FieldName,
  indexName,
  isColumn,
} from '../../record/index.ts'
import type { StoredDocument } from '../days/text-schema.ts'
import { parseLossless } from '../lossless-json.ts'
import type { Deadline } from './deadline.ts'
import { type DayPart, type IndexPart, type Part, partKey, partTable, tableName } from './part.ts'
import type { Cell } from './row-conversion.ts'
import { rowsCondition } from './row-set.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
import { column, integer, joinSql, renderSql, type Sql, sql, unionSql } from './sql.ts'

/** Where a record lies. */
interface RecordKey {
  readonly part: Part
  readonly row: number
}

/** A record or document as it is given back to whoever searches. */
export interface FoundDocument {
  readonly index: string
  readonly id: string
  readonly source: Readonly<Record<string, unknown>>
  /** Of documents that may change: who they are now. */
  readonly version?: number
  readonly seqNo?: number
  readonly routing?: string
  /** Fields whose values were not all taken. */
  readonly ignored?: readonly string[]
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

/** What was asked for, part by part. */
interface PartRows<T extends Part> {
  readonly part: T
  readonly rows: readonly number[]
}

/** Reads records, in the order given; undefined for one that was dropped in the meantime. */
export async function readDocuments(
  columns: ColumnsSource,
  text: TextSource,
  request: DocumentsRequest,
): Promise<readonly (FoundDocument | undefined)[]> {
  const { keys } = request
  if (keys.length === 0) return []
  const parts = [...Map.groupBy(keys, ({ part }) => part)].map(([part, ofPart]) => ({
    part,
    rows: ofPart.map(({ row }) => row).sort((a, b) => a - b),
  }))
  const days = parts.flatMap(({ part, rows }) => (part.kind === 'day' ? [{ part, rows }] : []))
  const indices = parts.flatMap(({ part, rows }) => (part.kind === 'index' ? [{ part, rows }] : []))
  const [records, documents] = await Promise.all([
    readRecords(columns, text, days, request),
    Promise.all(indices.map((own) => readIndexDocuments(columns, text, own, request))),
  ])
  const found = new Map([...records, ...documents.flatMap((own) => [...own])])
  return keys.map(({ part, row }) => found.get(keyOf(part, row)))
}

type Found = ReadonlyMap<string, FoundDocument>

/** A day's text file holds a record whole; the columns are asked where it does not. */
async function readRecords(
  columns: ColumnsSource,
  text: TextSource,
  days: readonly PartRows<DayPart>[],
  { wants, withTexts, deadline }: DocumentsRequest,
): Promise<Found> {
  const fields = ALL_FIELDS.filter(([name]) => wants(name))
  const found = new Map<string, FoundDocument>()
  const extras = new Map<string, StoredDocument['extra']>()
  if (withTexts) {
    const texts = await Promise.all(
      days.map(({ part, rows }) => text.documents(partKey(part), rows)),
    )
    for (const [place, { part, rows }] of days.entries()) {
      for (const [at, row] of rows.entries()) {
        const stored = texts[place]?.[at]
        const document = stored && fromText(fields, part.columns.day, stored)
        if (document !== undefined) found.set(keyOf(part, row), document)
        else extras.set(keyOf(part, row), stored?.extra)
      }
    }
  }
  const left = days
    .map(({ part, rows }) => ({ part, rows: rows.filter((row) => !found.has(keyOf(part, row))) }))
    .filter(({ rows }) => rows.length > 0)
  for (const [key, document] of await fromColumns(columns, fields, left, deadline)) {
    const extra = extras.get(key)
    found.set(key, { ...document, source: { ...document.source, ...extra } })
  }
  return found
}

/** The id lies in the columns too: hits without `_source` need no text. */
async function readIndexDocuments(
  columns: ColumnsSource,
  text: TextSource,
  { part, rows }: PartRows<IndexPart>,
  { withTexts, deadline }: DocumentsRequest,
): Promise<Found> {
  const select = sql`SELECT ${column('row')}, ${column('_id')}, ${column('_version')}, ${column('_routing')}, ${column('_ignored')}
    FROM ${tableName(part)} WHERE ${rowsCondition(Float64Array.from(rows))}`
  const [found, sources] = await Promise.all([
    columns.query(renderSql(select), deadline.leftMs()),
    withTexts ? text.sources(partKey(part), rows) : [],
  ])
  const byRow = new Map(rows.map((row, place) => [row, sources[place]]))
  return new Map(
    found.map(([row, id, version, routing, ignored]) => {
      const source = byRow.get(Number(row))
      const document: FoundDocument = {
        index: part.name,
        id: String(id),
        source: source === undefined ? {} : (parseLossless(source) as FoundDocument['source']),
        version: Number(version),
        seqNo: Number(row),
        ...(routing !== null && routing !== undefined && { routing: String(routing) }),
        ...(Array.isArray(ignored) && ignored.length > 0 && { ignored: ignored.map(String) }),
      }
      return [keyOf(part, Number(row)), document] as const
    }),
  )
}

function keyOf(part: Part, row: number): string {
  return `${partKey(part)} ${row}`
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
  days: readonly PartRows<DayPart>[],
  deadline: Deadline,
): Promise<Found> {
  const found = new Map<string, FoundDocument>()
  if (days.length === 0) return found
  const held = fields.filter(([, definition]) => isColumn(definition))
  const names = [...new Set<string>([...KEY_COLUMNS, ...held.map(([name]) => name)])]
  const selects = days.flatMap(({ part, rows }, place) =>
    clusters(rows).map((cluster) => documentSelect(names, part, place, cluster)),
  )
  const rows = await columns.query(renderSql(unionSql(selects)), deadline.leftMs())
  for (const [place, ...cells] of rows) {
    const { part } = days[Number(place)]!
    const values = new Map(names.map((name, at) => [name, cells[at] ?? null]))
    found.set(keyOf(part, Number(cells[0])), assemble(held, part.columns.day, values))
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
  part: DayPart,
  place: number,
  rows: Float64Array,
): Sql {
  const used = names.map(column)
  return sql`SELECT ${integer(place)}, ${joinSql(used, ', ')}
    FROM ${partTable(part, new Set(names))} WHERE ${rowsCondition(rows)}`
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
