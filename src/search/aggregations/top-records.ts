import {
  type Cell,
  column,
  integer,
  joinSql,
  type SortKey,
  type Sql,
  sql,
} from '../../store/index.ts'
import type { KeyType } from '../hit-page-end.ts'
import type { RequestColumns } from '../request-columns.ts'
import type { Schema } from '../schema.ts'

/** How records are ordered within a bucket. */
export interface RecordOrder {
  readonly keys: readonly SortKey[]
  readonly types: readonly KeyType[]
}

/** The name of the index that a record is in. */
export function indexColumn(columns: RequestColumns): Sql {
  return columns.value('VARCHAR', (schema) => ownIndex(schema))
}

function ownIndex(schema: Schema): Sql {
  const reference = schema.reference('_index')
  return reference.kind === 'column' ? reference.expression : sql`NULL::VARCHAR`
}

/** Days of logs, or names of indices: in this order records of equal keys come. */
function partColumn(columns: RequestColumns): Sql {
  return columns.value('VARCHAR', (schema) =>
    schema.kind === 'log' ? sql`right(${ownIndex(schema)}, 10)` : ownIndex(schema),
  )
}

/** A value by which records are ordered as by all keys, ties by part and row. */
export function orderKey(
  { keys }: RecordOrder,
  columns: RequestColumns,
  tiesDescending: boolean,
): Sql {
  const given = keys.map(({ expression, descending, missingFirst }) => {
    const modifier = missingFirst
      ? NULLS_FIRST[Number(descending)]!
      : NULLS_LAST[Number(descending)]!
    return sql`${expression}, ${modifier}`
  })
  const ties = NULLS_LAST[Number(tiesDescending)]!
  const all = [...given, sql`${partColumn(columns)}, ${ties}`, sql`${column('row')}, ${ties}`]
  return sql`create_sort_key(${joinSql(all, ', ')})`
}

const NULLS_FIRST = [sql`'ASC NULLS FIRST'`, sql`'DESC NULLS FIRST'`]
const NULLS_LAST = [sql`'ASC NULLS LAST'`, sql`'DESC NULLS LAST'`]

/** Values of a record as one text. */
export function recordText(values: readonly Sql[]): Sql {
  return sql`json_array(${joinSql(values, ', ')})::VARCHAR`
}

/** The keys as `recordText` takes them: moments as milliseconds. */
export function keyValues({ keys, types }: RecordOrder): readonly Sql[] {
  return keys.map(({ expression }, place) =>
    types[place] === 'date' ? sql`epoch_ms(${expression})` : expression,
  )
}

/** The texts of the first records. */
export function firstTexts(text: Sql, key: Sql, count: number): Sql {
  return sql`arg_min(${text}, ${key}, ${integer(count)})`
}

/** Values of records from their texts. */
export function readTexts(texts: Cell | undefined): readonly (readonly Cell[])[] {
  return Array.isArray(texts) ? texts.map((text) => JSON.parse(String(text)) as Cell[]) : []
}
