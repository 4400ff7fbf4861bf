import {
  and,
  type Filter,
  type PageEnd,
  RECORD_PLACE,
  type Scope,
  type Score,
  type SortKey,
  type Sql,
} from '../store/index.ts'
import { type CompiledCollapse, compileCollapse } from './collapse.ts'
import type { KeyType } from './hit-page-end.ts'
import type { Query } from './queries/query-compiler.ts'
import { RequestColumns } from './request-columns.ts'
import type { Schema } from './schema.ts'
import { illegalOnShard } from './search-failure.ts'
import type { SearchRequest } from './search-request.ts'
import type { PartGroup } from './searched-parts.ts'
import { type CompiledSort, compileSort } from './sort-keys.ts'

/** Where the score of a hit is found. */
export type ScorePlace =
  | { readonly kind: 'same'; readonly value: number | null }
  /** Among the values of the sort keys. */
  | { readonly kind: 'key'; readonly place: number }
  /** Among the values beside them. */
  | { readonly kind: 'value'; readonly place: number }

/** Which hits are wanted, in which order. */
export interface CompiledPage {
  readonly scopes: readonly Scope[]
  readonly sort: readonly SortKey[]
  readonly types: readonly KeyType[]
  readonly tiesDescending: boolean
  readonly after: PageEnd | undefined
  /** As the request asked for it; undefined when hits come in the usual order. */
  readonly asked: CompiledSort | undefined
  readonly score: ScorePlace
  /** The best score: that of the first hit, of a statement of its own, or none. */
  readonly maxScore: 'first' | 'none' | { readonly expression: Sql }
  /** Values of each hit beside those it is sorted by. */
  readonly values: readonly Sql[]
  readonly collapse: CompiledCollapse | undefined
}

export interface PageContext {
  readonly groups: readonly PartGroup[]
  readonly queries: readonly Query[]
  /** The records that match. */
  readonly scopes: readonly Scope[]
  readonly nowMs: number
  /** Where the page before ended, of a scroll. */
  readonly behind: PageEnd | undefined
  readonly isView: boolean
  compile(query: unknown, schema: Schema): Filter
}

/**
 * Compiles sort and paging. Without `sort`, records of logs come newest first and documents by
 * relevance.
 *
 * @throws SearchFailure for what cannot be sorted by
 */
export function compilePage(request: SearchRequest, context: PageContext): CompiledPage {
  const { groups, queries, nowMs, behind, isView, compile } = context
  const columns = new RequestColumns(
    groups.map(({ schema }) => schema),
    compile,
  )
  const scoreOf = (schema: Schema): Score =>
    queries[groups.findIndex((group) => group.schema === schema)]!.score
  const isLogs = groups.every(({ schema }) => schema.kind === 'log')
  const isObject = (field: string) => {
    const kinds = groups.map(({ schema }) => schema.reference(field).kind)
    return (
      kinds.includes('object') && kinds.every((kind) => kind === 'object' || kind === 'unmapped')
    )
  }
  const asked = compileSort(request.sort, {
    columns,
    nowMs,
    isLogs,
    isView,
    scoreOf,
    place: RECORD_PLACE,
    isObject,
  })
  const after = afterOf(request, asked)
  const scored = { columns, scoreOf, same: sameScore(queries) }
  const order =
    asked === undefined
      ? usualOrder(isLogs, scored)
      : { sort: asked.keys, types: asked.types, ...scoreOfSorted(asked, request, scored) }
  const collapse = request.collapse && compileCollapse(request.collapse, groups, columns)
  return {
    scopes: hitScopes(request, context).map((scope, place) => ({
      ...scope,
      computed: columns.computed(place),
    })),
    ...order,
    tiesDescending: isLogs && (order.sort[0]?.descending ?? true),
    after: behind ?? (after && { values: after }),
    asked,
    collapse,
  }
}

/** What matches and is let through by the `post_filter`. */
function hitScopes(
  { postFilter }: SearchRequest,
  { groups, scopes, compile }: PageContext,
): readonly Scope[] {
  if (postFilter === undefined) return scopes
  return scopes.map((scope, place) => {
    const passing = compile(postFilter, groups[place]!.schema)
    return { ...scope, filter: and([scope.filter, passing]) }
  })
}

function afterOf({ searchAfter, collapse }: SearchRequest, asked: CompiledSort | undefined) {
  if (searchAfter === undefined) return undefined
  if (asked === undefined) throw illegalOnShard('Sort must contain at least one field.')
  const [field, second] = asked.fields
  if (collapse !== undefined && (field !== collapse.field || second !== undefined)) {
    throw illegalOnShard(
      'Cannot use [collapse] in conjunction with [search_after] unless the search is sorted on the same field. Multiple sort fields are not allowed.',
    )
  }
  return asked.after(searchAfter)
}

interface Scored {
  readonly columns: RequestColumns
  readonly scoreOf: (schema: Schema) => Score
  /** The score of all records, when it is one. */
  readonly same: number | undefined
}

function sameScore(queries: readonly Query[]): number | undefined {
  const constants = queries.map(({ score }) =>
    score.kind === 'constant' ? score.value : undefined,
  )
  const [first] = constants
  return constants.every((value) => value === first) ? first : undefined
}

type Order = Pick<CompiledPage, 'sort' | 'types' | 'score' | 'maxScore' | 'values'>

function usualOrder(isLogs: boolean, { columns, scoreOf, same }: Scored): Order {
  const rest = { maxScore: 'first', values: [] } as const
  if (isLogs) {
    const { input } = columns.field('@timestamp')
    const key: SortKey = { expression: input, descending: true, missingFirst: false, byTime: true }
    return { ...rest, sort: [key], types: ['date'], score: { kind: 'same', value: same ?? 1 } }
  }
  if (same !== undefined) {
    return { ...rest, sort: [], types: [], score: { kind: 'same', value: same } }
  }
  const expression = columns.score(scoreOf)
  const key: SortKey = { expression, descending: true, missingFirst: false }
  return { ...rest, sort: [key], types: ['double'], score: { kind: 'key', place: 0 } }
}

/** Sorted hits have a score when it is one of the keys, or was asked for. */
function scoreOfSorted(
  { scorePlace }: CompiledSort,
  { trackScores }: SearchRequest,
  { columns, scoreOf, same }: Scored,
): Pick<CompiledPage, 'score' | 'maxScore' | 'values'> {
  const values: Sql[] = []
  if (scorePlace !== undefined && !trackScores) {
    return { score: { kind: 'key', place: scorePlace }, maxScore: 'none', values }
  }
  if (!trackScores) return { score: { kind: 'same', value: null }, maxScore: 'none', values }
  if (same !== undefined) {
    return { score: { kind: 'same', value: same }, maxScore: 'first', values }
  }
  const expression = columns.score(scoreOf)
  return { score: { kind: 'value', place: 0 }, maxScore: { expression }, values: [expression] }
}
