import { joinSql, type Sql, type SqlValue, sql, textValue } from './sql.ts'

/** More values are bound as one text: each parameter costs the engine time and memory. */
const LISTED_VALUES = 64

/** Stands between values in a text; texts that hold it are bound one by one. */
const SEPARATOR = '\u001f'

/** The condition that a value, or one of a list, is among `values`, which are of one type. */
export function isAmong(field: Sql, isList: boolean, values: readonly SqlValue[]): Sql {
  const [first] = values
  if (first === undefined) return sql`false`
  const list = values.length > LISTED_VALUES ? packed(values) : undefined
  if (list !== undefined) {
    return isList ? sql`list_has_any(${field}, ${list})` : sql`${field} IN (SELECT unnest(${list}))`
  }
  const among = (value: Sql) =>
    values.length === 1
      ? sql`${value} = ${first}`
      : sql`${value} IN (${joinSql(
          values.map((one) => sql`${one}`),
          ', ',
        )})`
  return isList
    ? sql`(len(list_filter(${field}, lambda value: ${among(sql`value`)})) > 0)`
    : among(field)
}

/** The values as one list; undefined when they cannot be given as a text. */
function packed(values: readonly SqlValue[]): Sql | undefined {
  const texts = values.map(({ value }) => String(value))
  if (texts.some((text) => text.includes(SEPARATOR))) return undefined
  const list = sql`string_split(${textValue(texts.join(SEPARATOR))}, ${textValue(SEPARATOR)})`
  switch (values[0]?.type) {
    case 'text':
      return list
    case 'long':
      return sql`${list}::BIGINT[]`
    case 'double':
      return sql`${list}::DOUBLE[]`
    case 'date':
      return sql`list_transform(${list}::BIGINT[], lambda ms: epoch_ms(ms))`
    default:
      return undefined
  }
}
