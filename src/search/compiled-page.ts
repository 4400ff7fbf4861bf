import type { Filter, PageEnd, Scope, Score, SortKey } from '../store/index.ts'
import type { Query } from './queries/query-compiler.ts'
import { RequestColumns } from './request-columns.ts'
import type { Schema } from './schema.ts'
import type { SearchRequest } from './search-request.ts'
import type { PartGroup } from './searched-parts.ts'
import { type CompiledSort, compileSort, type SortType, searchAfter } from './sort-keys.ts'

/** Which hits are wanted, in which order. */
export interface CompiledPage {
  readonly scopes: readonly Scope[]
  readonly sort: readonly SortKey[]
  readonly types: readonly SortType[]
  readonly tiesDescending: boolean
  readonly after: PageEnd | undefined
  /** As the request asked for it; undefined when hits come in the usual order. */
  readonly asked: CompiledSort | undefined
  /** Score of every hit when it is not the first sort key; null for hits without. */
  readonly score:
    | { readonly kind: 'same'; readonly value: number | null }
    | { readonly kind: 'key'; readonly place: number }
}

interface PageContext {
  readonly groups: readonly PartGroup[]
  readonly queries: readonly Query[]
  readonly scopes: readonly Scope[]
  readonly nowMs: number
  /** Where the page before ended, of a scroll. */
  readonly behind: PageEnd | undefined
  compile(query: unknown, schema: Schema): Filter
}

/**
 * Compiles sort and paging. Without `sort`, records of logs come newest first and documents by
 * relevance.
 *
 * @throws SearchFailure for what cannot be sorted by
 */
export function compilePage(request: SearchRequest, context: PageContext): CompiledPage {
  const { groups, queries, scopes, nowMs, behind, compile } = context
  const columns = new RequestColumns(
    groups.map(({ schema }) => schema),
    compile,
  )
  const scoreOf = (schema: Schema): Score =>
    queries[groups.findIndex((group) => group.schema === schema)]!.score
  const asked = compileSort(request.sort, { columns, nowMs, scoreOf })
  const values = searchAfter(request.searchAfter, asked, nowMs)
  const usual = usualOrder(groups, queries, columns, scoreOf)
  const { sort, types, score } =
    asked === undefined
      ? usual
      : { sort: asked.keys, types: asked.types, score: scoreOfSorted(asked) }
  const isLogs = groups.every(({ schema }) => schema.kind === 'log')
  return {
    scopes: scopes.map((scope, place) => ({ ...scope, computed: columns.computed(place) })),
    sort,
    types,
    tiesDescending: isLogs && (sort[0]?.descending ?? true),
    after: behind ?? (values && { values }),
    asked,
    score,
  }
}

type Order = Pick<CompiledPage, 'sort' | 'types' | 'score'>

function usualOrder(
  groups: readonly PartGroup[],
  queries: readonly Query[],
  columns: RequestColumns,
  scoreOf: (schema: Schema) => Score,
): Order {
  const constants = queries.map(({ score }) =>
    score.kind === 'constant' ? score.value : undefined,
  )
  const [first] = constants
  const isSame = first !== undefined && constants.every((value) => value === first)
  if (groups.every(({ schema }) => schema.kind === 'log')) {
    const { input } = columns.field('@timestamp')
    const key: SortKey = { expression: input, descending: true, missingFirst: false, byTime: true }
    return { sort: [key], types: ['date'], score: { kind: 'same', value: first ?? 1 } }
  }
  if (isSame) return { sort: [], types: [], score: { kind: 'same', value: first } }
  const expression = columns.score(scoreOf)
  const key: SortKey = { expression, descending: true, missingFirst: false }
  return { sort: [key], types: ['score'], score: { kind: 'key', place: 0 } }
}

/** Sorted hits have a score only when it is one of the keys. */
function scoreOfSorted({ types }: CompiledSort): CompiledPage['score'] {
  const place = types.indexOf('score')
  return place < 0 ? { kind: 'same', value: null } : { kind: 'key', place }
}
