export {
  type AliasAction,
  type AliasMeta,
  Analysis,
  type Analyzer,
  type CreateIndex,
  type CurrentDocument,
  checkTemplate,
  composeTemplate,
  type DataStreamMeta,
  type DocumentIndices,
  type DocumentOutcome,
  type Done,
  type IndexMeta,
  type IndexSize,
  type IndexState,
  linearPattern,
  type PolicyMeta,
  parseLossless,
  parseTemplate,
  type Settings,
  type TemplateKind,
  type Token,
  templateFor,
} from '../store/index.ts'
export { AsyncSearches, type AsyncState, DEFAULT_KEEP_ALIVE_MS } from './async-searches.ts'
export { Cursors } from './cursors.ts'
export { withDates } from './date-math-name.ts'
export { type IndexEntry, logEntries } from './index-names.ts'
export {
  EXPAND_ALL,
  EXPAND_OPEN,
  expandWildcards,
  type IndexCatalogue,
  type ResolvedIndex,
  type ResolveOptions,
  resolveIndex,
} from './index-resolver.ts'
export { ISM_META, lifecyclePolicyOf } from './lifecycle-name.ts'
export { logPlan, templateSet } from './log-plan.ts'
export { fitsPattern } from './name-pattern.ts'
export { Search, type SearchForm } from './search.ts'
export type { SearchAnswer } from './search-answer.ts'
export {
  type FailureDetails,
  illegalArgument,
  indexNotFound,
  parsingFailure,
  SearchFailure,
} from './search-failure.ts'
export type { DocumentHolds, IndexSource, SeenAsOf } from './searched-parts.ts'
export { type SourceFilter, sourceFilter } from './source-filter.ts'
