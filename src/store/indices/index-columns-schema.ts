import { quoteName } from '../days/columns-schema.ts'
import { DOCUMENTS_TABLE } from '../reading/part.ts'

/**
 * Columns that every table of documents begins with: `row` (sequence number of the write that made the
 * row), `gone` (of the one that replaced or deleted it, null while it is in force: a row is there
 * at S when `row <= S AND (gone IS NULL OR gone > S)`), id, routing, version, ignored fields. After
 * them one column per field, `c` and its number, a list of the document's values.
 */
const DOCUMENT_COLUMNS = [
  { name: 'row', sqlType: 'BIGINT' },
  { name: 'gone', sqlType: 'BIGINT' },
  { name: '_id', sqlType: 'VARCHAR' },
  { name: '_routing', sqlType: 'VARCHAR' },
  { name: '_version', sqlType: 'BIGINT' },
  { name: '_ignored', sqlType: 'VARCHAR[]' },
] as const

/**
 * Name under which the column file of an index is attached: `index_` and its id in hexadecimal,
 * because names in SQL know no capitals.
 */
export function indexDatabaseName(uuid: string): string {
  return `index_${Buffer.from(uuid, 'base64url').toString('hex')}`
}

/**
 * Statements that make the tables of the column file attached as `database`. `position` holds one
 * row: the sequence number that the table is at; it changes in the transaction of the rows.
 */
export function createIndexColumnsSql(database: string): readonly string[] {
  const columns = DOCUMENT_COLUMNS.map(({ name, sqlType }) => `${quoteName(name)} ${sqlType}`)
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.${DOCUMENTS_TABLE} (${columns.join(', ')})`,
    `CREATE TABLE IF NOT EXISTS ${database}.position (up_to BIGINT)`,
    `INSERT INTO ${database}.position
     SELECT -1 WHERE NOT EXISTS (SELECT 1 FROM ${database}.position)`,
  ]
}
