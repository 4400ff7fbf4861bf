import { indexName } from '../../record/index.ts'
import {
  type ColumnDefinition,
  databaseName,
  quoteName,
  RECORD_COLUMNS,
  RECORDS_TABLE,
} from '../days/columns-schema.ts'
import type { DayColumns } from './day-columns.ts'
import { column, name, type Sql, sql, textValue } from './sql.ts'

/** A day of which some or all indices are searched. */
export interface DayPart {
  readonly kind: 'day'
  readonly columns: DayColumns
  /** Index prefixes that are searched; undefined for all that the day has. */
  readonly prefixes?: readonly string[]
}

/** The table of a document index as it is now. */
export interface IndexTable {
  readonly uuid: string
  /** Name of its attached database in SQL. */
  readonly database: string
  /** Columns of its table `documents`; fields that came later have none yet. */
  readonly columns: readonly string[]
  /** Documents that a search can find. */
  readonly rows: number
  /** Sequence number up to which the columns go. */
  readonly upTo: number
}

/** A document index that is searched. */
export interface IndexPart {
  readonly kind: 'index'
  readonly name: string
  readonly table: IndexTable
  /** Columns that the mapping has and the table does not have yet. */
  readonly missing: readonly ColumnDefinition[]
  /** Sequence number as of which its documents are seen; undefined for now. */
  readonly asOf?: number
}

/** What a search reads from: a pair of files. */
export type Part = DayPart | IndexPart

/** Name of the table of a document index. */
export const DOCUMENTS_TABLE = 'documents'

/** Column that is made while reading: the name of the index the record belongs to. */
export const INDEX_COLUMN = '_index'

/** Name by which the text engine knows the part. */
export function partKey(part: Part): string {
  return part.kind === 'day' ? part.columns.day : `index:${part.table.uuid}`
}

/** Records of the part, from what is known without asking; undefined when that cannot be known. */
export function rowsInPart(part: Part): number | undefined {
  if (part.kind === 'index') {
    const { asOf, table } = part
    return asOf === undefined || asOf === table.upTo ? table.rows : undefined
  }
  const { columns, prefixes } = part
  return columns.prefixes
    .filter(({ prefix }) => prefixes === undefined || prefixes.includes(prefix))
    .reduce((sum, { rows }) => sum + rows, 0)
}

export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** Earliest and latest `@timestamp` in the part; without bounds where nothing says so. */
export function partSpan(part: Part): TimeSpan {
  if (part.kind === 'index') {
    return { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
  }
  const { prefixes } = part.columns
  return {
    fromMs: Math.min(...prefixes.map(({ firstMs }) => firstMs)),
    toMs: Math.max(...prefixes.map(({ lastMs }) => lastMs)),
  }
}

/** Condition on the rows of the part's table that belong to it; undefined when all do. */
export function membership(part: Part): Sql | undefined {
  if (part.kind === 'day') return prefixCondition(part)
  const gone = column('gone')
  const { asOf } = part
  if (asOf === undefined) return sql`(${gone} IS NULL)`
  const seen = { type: 'long', value: asOf } as const
  return sql`(${column('row')} <= ${seen} AND (${gone} IS NULL OR ${gone} > ${seen}))`
}

function prefixCondition({ prefixes, columns }: DayPart): Sql | undefined {
  if (prefixes === undefined || prefixes.length === columns.prefixes.length) return undefined
  const values = prefixes.map((prefix) => textValue(prefix))
  const [first, ...rest] = values
  if (first === undefined) return sql`false`
  const list = rest.reduce((left, value) => sql`${left}, ${value}`, sql`${first}`)
  return sql`(${column('index_prefix')} IN (${list}))`
}

/** The part's table with all of the columns `used`, for `FROM`. */
export function partTable(part: Part, used: ReadonlySet<string>): Sql {
  const added = [...missingColumns(part, used), ...indexColumn(part, used)]
  const table = tableName(part)
  const [first, ...rest] = added
  if (first === undefined) return table
  const list = rest.reduce((left, piece) => sql`${left}, ${piece}`, first)
  return sql`(SELECT *, ${list} FROM ${table})`
}

/** The part's table as SQL names it. */
export function tableName(part: Part): Sql {
  return part.kind === 'day'
    ? { texts: [`${databaseName(part.columns.day)}.${RECORDS_TABLE}`], holes: [] }
    : sql`${name(part.table.database)}.${name(DOCUMENTS_TABLE)}`
}

function missingColumns(part: Part, used: ReadonlySet<string>): readonly Sql[] {
  if (part.kind === 'day') {
    return part.columns.missing.filter((missing) => used.has(missing)).map(emptyColumn)
  }
  return part.missing.filter((missing) => used.has(missing.name)).map(nullColumn)
}

function indexColumn(part: Part, used: ReadonlySet<string>): readonly Sql[] {
  if (!used.has(INDEX_COLUMN)) return []
  if (part.kind === 'index') return [sql`${textValue(part.name)} AS ${column(INDEX_COLUMN)}`]
  const end = textValue(indexName('', part.columns.day))
  return [sql`${column('index_prefix')} || ${end} AS ${column(INDEX_COLUMN)}`]
}

/** A record's column without values, of the type it has elsewhere. */
export function emptyColumn(missing: string): Sql {
  const known = RECORD_COLUMNS.find((definition) => definition.name === missing)
  return nullColumn(known ?? { name: missing, sqlType: 'VARCHAR' })
}

function nullColumn({ name: missing, sqlType }: ColumnDefinition): Sql {
  return { texts: [`NULL::${sqlType} AS ${quoteName(missing)}`], holes: [] }
}
