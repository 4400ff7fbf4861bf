export { labelToken, type QueryTerm, queryTerms } from '../tokens.ts'
export { ColumnsReader } from './columns-reader.ts'
export type { DayColumns } from './day-columns.ts'
export { type Deadline, deadlineIn } from './deadline.ts'
export type { FoundDocument } from './documents.ts'
export {
  ALL,
  and,
  atLeast,
  type BodyField,
  FIRST_MS,
  type Filter,
  isFoundByText,
  LAST_MS,
  NONE,
  not,
  or,
  test,
} from './filter.ts'
export type { PageEntry, SortKey } from './page.ts'
export type { Cell, Row } from './row-conversion.ts'
export { type DayPart, INDEX_COLUMN, markColumn } from './scope.ts'
export {
  booleanValue,
  column,
  dateValue,
  doubleValue,
  integer,
  joinSql,
  longValue,
  name,
  type Sql,
  type SqlValue,
  sql,
  textValue,
} from './sql.ts'
export { StoreReader, type Table } from './store-reader.ts'
export { TextReader } from './text-reader.ts'
