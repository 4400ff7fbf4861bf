import {
  ATTEMPT_FIELDS,
  FIELDS,
  type FieldDefinition,
  type FieldType,
  isColumn,
} from '../../record/index.ts'

/** A column of the table `records` of a day's column file. */
export interface ColumnDefinition {
  readonly name: string
  readonly sqlType: string
}

const SQL_TYPES: Readonly<Record<Exclude<FieldType, 'stored' | 'details'>, string>> = {
  keyword: 'VARCHAR',
  keywords: 'VARCHAR[]',
  text: 'VARCHAR',
  long: 'BIGINT',
  double: 'DOUBLE',
  usd: 'DECIMAL(18,9)',
  boolean: 'BOOLEAN',
  // Native microseconds: TIMESTAMP_MS would be cast in every comparison and lose zone-map pruning.
  date: 'TIMESTAMP',
  // Text of a JSON object of strings; the type VARCHAR keeps the file free of extension types.
  object: 'VARCHAR',
}

/** Column with the fields of a record's attempts that can be searched. */
export const ATTEMPTS_COLUMN = 'attempts'

/** Name of the table that holds a day's records. */
export const RECORDS_TABLE = 'records'

/**
 * Columns of `records` in the order of the table: `row` (id of the record within its day, the
 * same in both engines), `_id` (null when equal to `request_id`), `index_prefix` (index name
 * without its day), then one column per field, named as the field, and the `attempts`, which
 * the text file keeps whole. A file written by an older version may lack the newer ones: ask the file (`PRAGMA table_info`) before naming a column.
 */
export const RECORD_COLUMNS: readonly ColumnDefinition[] = [
  { name: 'row', sqlType: 'BIGINT' },
  { name: '_id', sqlType: 'VARCHAR' },
  { name: 'index_prefix', sqlType: 'VARCHAR' },
  ...Object.entries(FIELDS)
    .filter(([, field]: [string, FieldDefinition]) => isColumn(field))
    .map(([name, field]: [string, FieldDefinition]) => ({ name, sqlType: sqlTypeOf(field.type) })),
  { name: ATTEMPTS_COLUMN, sqlType: attemptsType() },
]

/** A list of structs: what an attempt was spent on lies in columns of its own. */
function attemptsType(): string {
  const fields = Object.entries(ATTEMPT_FIELDS).map(([name, type]) => `${name} ${SQL_TYPES[type]}`)
  return `STRUCT(${fields.join(', ')})[]`
}

/** Returns the type of the column that a field of `type` lies in. */
function sqlTypeOf(type: FieldType): string {
  if (type === 'stored' || type === 'details') throw new Error(`a ${type} field has no column`)
  return SQL_TYPES[type]
}

/** Quotes a name for SQL, DuckDB's and SQLite's alike. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes a text for SQL; for file names and settings, where no parameter can be bound. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Name under which the column file of `day` (`YYYY-MM-DD`) is attached: `day_2026_01_05`. */
export function databaseName(day: string): string {
  return `day_${day.replaceAll('-', '_')}`
}

/**
 * Statements that make the tables of the column file attached as `database`. `position` says per
 * journal how far it was applied (`next`, a position in that journal) and how many of its
 * records the file holds (`rows`); it changes in the transaction that adds the rows.
 */
export function createColumnsSql(database: string): readonly string[] {
  const columns = RECORD_COLUMNS.map(({ name, sqlType }) => `${quoteName(name)} ${sqlType}`)
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${RECORDS_TABLE} (${columns.join(', ')})`,
    `CREATE TABLE IF NOT EXISTS ${database}.position
     (journal INTEGER, name VARCHAR, next BIGINT, rows BIGINT)`,
  ]
}

/** Row ids of one journal lie in `[number * ROWS_PER_JOURNAL, (number + 1) * ROWS_PER_JOURNAL)`. */
export const ROWS_PER_JOURNAL = 2 ** 40

/** Returns the id of the `ordinal`-th (from 0) record of a journal in its day. */
export function rowId(journal: number, ordinal: number): number {
  return journal * ROWS_PER_JOURNAL + ordinal
}
