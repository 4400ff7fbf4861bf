export type { IndexEntry } from './index-names.ts'
export { Search } from './search.ts'
export type { SearchAnswer } from './search-answer.ts'
export {
  type FailureDetails,
  illegalArgument,
  indexNotFound,
  parsingFailure,
  SearchFailure,
} from './search-failure.ts'
export { sourceFilter } from './source-filter.ts'
