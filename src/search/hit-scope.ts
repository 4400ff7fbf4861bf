import { ALL, and, NONE, type Scope, type Score } from '../store/index.ts'
import { sliceFilter } from './hit-slice.ts'
import { fitsPattern } from './name-pattern.ts'
import type { Query } from './queries/query-compiler.ts'
import type { SearchRequest } from './search-request.ts'
import type { PartGroup } from './searched-parts.ts'

/** The query with the factor that `indices_boost` gives its index. */
export function boosted(
  query: Query,
  { index, schema }: PartGroup,
  { indicesBoost }: SearchRequest,
): Query {
  // logs come by time
  if (schema.kind === 'log' || index === undefined) return query
  const names = [index.name, ...Object.keys(index.aliases)]
  const found = indicesBoost.find(([pattern]) => names.some((name) => fitsPattern(name, pattern)))
  if (found === undefined) return query
  const { filter, score } = query
  const [, boost] = found
  return { filter, score: times(score, boost) }
}

function times(score: Score, boost: number): Score {
  if (score.kind === 'constant') return { kind: 'constant', value: score.value * boost }
  return { kind: 'sum', parts: [{ filter: ALL, score }], boost, tieBreaker: 0 }
}

/** A scope with its slice, and the least score that its records must have. */
export function narrowedScope(
  scope: Scope,
  { score }: Query,
  { schema }: PartGroup,
  { slice, minScore }: SearchRequest,
): Scope {
  const own =
    slice === undefined
      ? scope
      : { ...scope, filter: and([scope.filter, sliceFilter(slice, schema)]) }
  if (minScore === undefined) return own
  if (score.kind === 'constant') return score.value < minScore ? { ...own, filter: NONE } : own
  return { ...own, least: { score, value: minScore } }
}
