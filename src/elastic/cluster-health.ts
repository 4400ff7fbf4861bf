import { illegalArgument, SearchFailure } from '../search/index.ts'
import { NODE_ID } from './error-answer.ts'
import type { Json } from './index-body-reader.ts'
import type { IndexView } from './index-view.ts'
import { type AnswerQuery, parameter } from './parameters.ts'

type Status = 'green' | 'yellow' | 'red'

const STATUSES: readonly Status[] = ['green', 'yellow', 'red']
const EVENTS = ['immediate', 'urgent', 'high', 'normal', 'low', 'languid']
const LEVELS = ['cluster', 'indices', 'shards']

/** How the shards of some indices are. */
export interface ShardHealth {
  readonly status: Status
  readonly active: number
  readonly unassigned: number
  readonly percent: number
}

/** The health of indices together; a copy of a shard finds no second node. */
export function shardHealth(views: readonly IndexView[]): ShardHealth {
  const active = views.reduce((sum, { shards }) => sum + shards, 0)
  const unassigned = views.reduce((sum, { shards, replicas }) => sum + shards * replicas, 0)
  const total = active + unassigned
  return {
    status: unassigned > 0 ? 'yellow' : 'green',
    active,
    unassigned,
    percent: total === 0 ? 100 : (active * 100) / total,
  }
}

/**
 * Answer to `_cluster/health`. Nothing changes by itself here, so what is waited for is there or
 * has timed out; `isMissing`: an index that was named does not exist.
 *
 * @throws SearchFailure for a parameter that cannot be read
 */
export function healthAnswer(views: readonly IndexView[], query: AnswerQuery, isMissing: boolean) {
  const level = query.level ?? 'cluster'
  if (!LEVELS.includes(level)) {
    throw illegalArgument(
      `level parameter must be one of [cluster] or [indices] or [shards] but was [${level}]`,
    )
  }
  parameter.timeMs(query, 'timeout')
  const health = shardHealth(views)
  const status = isMissing ? 'red' : health.status
  const timedOut = isMissing || !isReached(query, status, health)
  return {
    status: timedOut ? 408 : 200,
    body: {
      cluster_name: NODE_ID,
      status,
      timed_out: timedOut,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
      ...shardFields(health),
      delayed_unassigned_shards: 0,
      number_of_pending_tasks: 0,
      number_of_in_flight_fetch: 0,
      task_max_waiting_in_queue_millis: 0,
      active_shards_percent_as_number: health.percent,
      ...(level !== 'cluster' && { indices: indexHealth(views, level === 'shards') }),
    },
  }
}

function shardFields({ active, unassigned }: ShardHealth) {
  return {
    active_primary_shards: active,
    active_shards: active,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: unassigned,
  }
}

function indexHealth(views: readonly IndexView[], withShards: boolean): Json {
  const shown = views.map((view) => {
    const health = shardHealth([view])
    const one = shardHealth([{ ...view, shards: 1 }])
    const { active_primary_shards: _primaries, ...counts } = shardFields(one)
    const shard = { status: one.status, primary_active: true, ...counts }
    const numbers = Array.from({ length: view.shards }, (_, number) => [String(number), shard])
    const body = {
      status: health.status,
      number_of_shards: view.shards,
      number_of_replicas: view.replicas,
      ...shardFields(health),
      ...(withShards && { shards: Object.fromEntries(numbers) }),
    }
    return [view.name, body]
  })
  return Object.fromEntries(shown)
}

function isReached(query: AnswerQuery, status: Status, health: ShardHealth): boolean {
  const wanted = query.wait_for_status
  if (wanted !== undefined && !STATUSES.some((known) => known === wanted.toLowerCase())) {
    throw illegalArgument(
      `No enum constant org.elasticsearch.cluster.health.ClusterHealthStatus.${wanted.toUpperCase()}`,
    )
  }
  const events = query.wait_for_events
  if (events !== undefined && !EVENTS.includes(events.toLowerCase())) {
    throw illegalArgument(
      `No enum constant org.elasticsearch.common.Priority.${events.toUpperCase()}`,
    )
  }
  parameter.boolean(query, 'wait_for_no_relocating_shards')
  parameter.boolean(query, 'wait_for_no_initializing_shards')
  const isStatus =
    wanted === undefined ||
    STATUSES.indexOf(status) <= STATUSES.indexOf(wanted.toLowerCase() as Status)
  return isStatus && hasNodes(query.wait_for_nodes) && hasShards(query, health)
}

/** `1`, `>=1`, `<2`, `ge(1)`: there is one node. */
function hasNodes(wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  const [, sign = '', count, word, inner] =
    /^(>=|<=|>|<)?(\d+)$|^(ge|le|gt|lt)\((\d+)\)$/.exec(wanted) ?? []
  const number = Number(count ?? inner)
  if (Number.isNaN(number)) {
    throw new SearchFailure({
      type: 'number_format_exception',
      reason: `For input string: "${wanted}"`,
      status: 400,
    })
  }
  switch (word ?? sign) {
    case '>=':
    case 'ge':
      return 1 >= number
    case '<=':
    case 'le':
      return 1 <= number
    case '>':
    case 'gt':
      return 1 > number
    case '<':
    case 'lt':
      return 1 < number
    default:
      return number === 1
  }
}

function hasShards(query: AnswerQuery, { active, unassigned }: ShardHealth): boolean {
  const wanted = query.wait_for_active_shards
  if (wanted === undefined) return true
  if (wanted === 'all') return unassigned === 0
  const count = Number(wanted)
  if (Number.isInteger(count) && count >= 0) return active >= count
  throw illegalArgument(`cannot parse ActiveShardCount[${wanted}]`)
}
