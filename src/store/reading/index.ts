export { patternProblem } from '../patterns/word-pattern.ts'
export { LOG_TEXTS, type QueryTerm, type QueryToken, queryTerms } from '../tokens.ts'
export { ColumnsReader } from './columns-reader.ts'
export type { Counted } from './counter.ts'
export type { DayColumns } from './day-columns.ts'
export { type Deadline, deadlineIn } from './deadline.ts'
export type { FoundDocument } from './documents.ts'
export {
  ALL,
  and,
  atLeast,
  conditionOf,
  FIRST_MS,
  type Filter,
  isFoundByText,
  LAST_MS,
  mapLeaves,
  NONE,
  not,
  or,
  type SoughtValues,
  type TextProbe,
  test,
  type WordPattern,
} from './filter.ts'
export { type PageEnd, type PageEntry, RECORD_PLACE, type SortKey } from './page.ts'
export {
  type DayPart,
  INDEX_COLUMN,
  type IndexPart,
  type IndexTable,
  type Part,
  partKey,
} from './part.ts'
export { phrasesAt } from './phrase-places.ts'
export type { Cell, Row } from './row-conversion.ts'
export { rowsCondition } from './row-set.ts'
export { type Computed, computedColumn, type Scope } from './scope.ts'
export type { Score } from './score.ts'
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
export { isAmong } from './value-list.ts'
