import { illegalArgument } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'
import { type AnswerQuery, parameter } from './parameters.ts'
import { snapshotBody } from './snapshot-answer.ts'
import type { SnapshotView } from './snapshots.ts'

/** Parameters of a list of snapshots. */
export const LIST_PARAMETERS = [
  'verbose',
  'ignore_unavailable',
  'index_names',
  'include_repository',
  'size',
  'offset',
  'after',
  'sort',
  'order',
] as const

type Key = string | number

const SORTS: Readonly<Record<string, (view: SnapshotView) => Key>> = {
  start_time: ({ startMs }) => startMs,
  duration: ({ startMs, endMs }) => Math.max(0, endMs - startMs),
  name: ({ name }) => name,
  repository: ({ repository }) => repository,
  index_count: ({ indices }) => indices.length,
}

/** One page of snapshots, as the parameters want it. */
export function snapshotPage(views: readonly SnapshotView[], query: AnswerQuery): Json {
  const sorted = sortedViews(views, query)
  const size = count(query, 'size') ?? sorted.length
  const start = query.after === undefined ? 0 : placeAfter(sorted, query.after)
  const from = start + (count(query, 'offset') ?? 0)
  const page = sorted.slice(from, from + size)
  const remaining = Math.max(0, sorted.length - from - page.length)
  const options = {
    isBrief: parameter.boolean(query, 'verbose') === false,
    withIndices: parameter.boolean(query, 'index_names') ?? true,
    withRepository: parameter.boolean(query, 'include_repository') ?? true,
  }
  const last = page.at(-1)
  return {
    snapshots: page.map((view) => snapshotBody(view, options)),
    ...(remaining > 0 && last !== undefined && { next: tokenOf(last) }),
    total: views.length,
    remaining,
  }
}

function sortedViews(views: readonly SnapshotView[], query: AnswerQuery): readonly SnapshotView[] {
  const { sort = 'start_time', order = 'asc' } = query
  const key = Object.hasOwn(SORTS, sort) ? SORTS[sort] : undefined
  if (key === undefined) throw illegalArgument(`[sort] does not support [${sort}]`)
  if (order !== 'asc' && order !== 'desc') {
    throw illegalArgument(`[order] must be [asc] or [desc], not [${order}]`)
  }
  const ascending = [...views].sort(
    (a, b) => compare(key(a), key(b)) || compare(a.name, b.name) || compare(a.uuid, b.uuid),
  )
  return order === 'asc' ? ascending : ascending.reverse()
}

function compare(a: Key, b: Key): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** A page goes on behind the last snapshot of the one before. */
function tokenOf({ repository, uuid }: SnapshotView): string {
  return Buffer.from(`${repository}/${uuid}`).toString('base64url')
}

function placeAfter(views: readonly SnapshotView[], token: string): number {
  const place = views.findIndex((view) => tokenOf(view) === token)
  if (place === -1) throw illegalArgument(`[after] is not the [next] of a page: [${token}]`)
  return place + 1
}

function count(query: AnswerQuery, name: string): number | undefined {
  const text = query[name]
  if (text === undefined || text === '-1') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw illegalArgument(`Failed to parse int parameter [${name}] with value [${text}]`)
}
