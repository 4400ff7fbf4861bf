import type { Clock } from '../kernel/index.ts'
import { and, type Deadline, deadlineIn, or, type PageEnd, type Scope } from '../store/index.ts'
import type { Children } from './aggregations/aggregation.ts'
import { compileAggregations } from './compile-aggregations.ts'
import { compileQuery } from './compile-query.ts'
import { type CompiledPage, compilePage } from './compiled-page.ts'
import { HitCollector } from './hit-collector.ts'
import { compileContent, type HitContent } from './hit-content.ts'
import { checkLimits } from './hit-limits.ts'
import { boosted, narrowedScope } from './hit-scope.ts'
import { equally, type Query } from './queries/query-compiler.ts'
import { RequestColumns } from './request-columns.ts'
import type { Schema } from './schema.ts'
import { parseSearch, type SearchRequest, type ViewKind } from './search-request.ts'
import type { PartGroup } from './searched-parts.ts'

/** A request after everything that can be wrong with it was checked. */
export interface CompiledSearch {
  readonly request: SearchRequest
  readonly page: CompiledPage
  readonly content: HitContent
  /** The records that the aggregations answer whole. */
  readonly collector: HitCollector
  readonly tree: Children
  /** The matching records with what the aggregations need of them. */
  readonly scopes: readonly Scope[]
  /** All records that may be seen, with the same. */
  readonly everything: readonly Scope[]
  readonly deadline: Deadline
}

export interface CompileOptions {
  readonly clock: Clock
  /** Longest time of a search, milliseconds. */
  readonly timeoutMs: number
  /** The moment that `now` means. */
  readonly nowMs: number
  /** Where the page before ended, of a scroll. */
  readonly behind: PageEnd | undefined
  /** Set for a search of a view. */
  readonly view: ViewKind | undefined
}

/**
 * Compiles the body of a search for the parts it is to read.
 *
 * @throws SearchFailure for what is wrong or not supported
 */
export function compileSearch(
  groups: readonly PartGroup[],
  body: unknown,
  { clock, timeoutMs, nowMs, behind, view }: CompileOptions,
): CompiledSearch {
  const request = parseSearch(body, view)
  checkLimits(request, groups, view)
  const queries = groups.map((group) =>
    boosted(queryFor(request.query, group.schema, nowMs), group, request),
  )
  const schemas = groups.map(({ schema }) => schema)
  const compile = (query: unknown, schema: Schema) => queryFor(query, schema, nowMs).filter
  const columns = new RequestColumns(schemas, compile)
  const scores = new Map(schemas.map((schema, place) => [schema, queries[place]!.score]))
  const scoreOf = (schema: Schema) => scores.get(schema)!
  const highlight = {
    query: request.query,
    compile: (query: unknown, schema: Schema) => compileQuery(query, schema, nowMs),
  }
  const collector = new HitCollector({ groups, highlight, scoreOf })
  const tree = compileAggregations(request.aggregations, {
    nowMs,
    span: spanOf(groups),
    columns,
    scoreOf,
    hits: collector,
    within: [],
  })
  const base = groups.map((group, place) =>
    narrowedScope(scopeOf(group, queries[place]!, nowMs), queries[place]!, group, request),
  )
  const isView = view !== undefined
  const page = compilePage(request, {
    groups,
    queries,
    scopes: base,
    nowMs,
    behind,
    isView,
    compile,
  })
  const content = compileContent(request.hit, groups, highlight)
  const computed = (scope: Scope, place: number) => ({
    ...scope,
    computed: columns.computed(place),
  })
  const all = groups.map((group) => scopeOf(group, queryFor(undefined, group.schema, nowMs), nowMs))
  return {
    request,
    page,
    content,
    collector,
    tree,
    scopes: base.map(computed),
    everything: all.map(computed),
    deadline: deadlineIn(Math.min(request.timeoutMs ?? timeoutMs, timeoutMs), clock),
  }
}

/** Compiles a query. Records of logs all match equally well: they are wanted by time. */
export function queryFor(query: unknown, schema: Schema, nowMs: number): Query {
  const compiled = compileQuery(query, schema, nowMs)
  if (schema.kind !== 'log') return compiled
  const isFilter = compiled.score.kind === 'constant' && compiled.score.value === 0
  return equally(compiled.filter, isFilter ? 0 : 1)
}

/** The parts of a group with what of them a query matches and their aliases let through. */
export function scopeOf(
  { schema, parts, filters }: PartGroup,
  { filter }: Query,
  nowMs: number,
): Scope {
  const seen = filters.map((query) => queryFor(query, schema, nowMs).filter)
  return { parts, filter: seen.length === 0 ? filter : and([filter, or(seen)]), computed: [] }
}

/** Times between which all searched records lie; documents say nothing of theirs. */
function spanOf(groups: readonly PartGroup[]): { readonly fromMs: number; readonly toMs: number } {
  if (groups.some(({ schema }) => schema.kind === 'documents')) {
    return { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
  }
  const spans = groups.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'day' ? part.columns.prefixes : [])),
  )
  return {
    fromMs: Math.min(...spans.map(({ firstMs }) => firstMs)),
    toMs: Math.max(...spans.map(({ lastMs }) => lastMs)),
  }
}
