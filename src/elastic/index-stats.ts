import { type IndexSize, illegalArgument } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'

/** Numbers that nobody counts here; clients expect to find them. */
const ZEROS: Readonly<Record<string, Json>> = {
  indexing: {
    index_total: 0,
    index_time_in_millis: 0,
    index_current: 0,
    index_failed: 0,
    delete_total: 0,
    delete_time_in_millis: 0,
    delete_current: 0,
    noop_update_total: 0,
    is_throttled: false,
    throttle_time_in_millis: 0,
  },
  get: {
    total: 0,
    time_in_millis: 0,
    exists_total: 0,
    exists_time_in_millis: 0,
    missing_total: 0,
    missing_time_in_millis: 0,
    current: 0,
  },
  search: {
    open_contexts: 0,
    query_total: 0,
    query_time_in_millis: 0,
    query_current: 0,
    fetch_total: 0,
    fetch_time_in_millis: 0,
    fetch_current: 0,
    scroll_total: 0,
    scroll_time_in_millis: 0,
    scroll_current: 0,
    suggest_total: 0,
    suggest_time_in_millis: 0,
    suggest_current: 0,
  },
  merges: {
    current: 0,
    current_docs: 0,
    current_size_in_bytes: 0,
    total: 0,
    total_time_in_millis: 0,
    total_docs: 0,
    total_size_in_bytes: 0,
  },
  refresh: {
    total: 0,
    total_time_in_millis: 0,
    external_total: 0,
    external_total_time_in_millis: 0,
    listeners: 0,
  },
  flush: { total: 0, periodic: 0, total_time_in_millis: 0 },
  warmer: { current: 0, total: 0, total_time_in_millis: 0 },
  query_cache: {
    memory_size_in_bytes: 0,
    total_count: 0,
    hit_count: 0,
    miss_count: 0,
    cache_size: 0,
    cache_count: 0,
    evictions: 0,
  },
  fielddata: { memory_size_in_bytes: 0, evictions: 0 },
  completion: { size_in_bytes: 0 },
  segments: { count: 0, memory_in_bytes: 0, file_sizes: {} },
  translog: {
    operations: 0,
    size_in_bytes: 0,
    uncommitted_operations: 0,
    uncommitted_size_in_bytes: 0,
    earliest_last_modified_age: 0,
  },
  request_cache: { memory_size_in_bytes: 0, evictions: 0, hit_count: 0, miss_count: 0 },
  recovery: { current_as_source: 0, current_as_target: 0, throttle_time_in_millis: 0 },
  bulk: {
    total_operations: 0,
    total_time_in_millis: 0,
    total_size_in_bytes: 0,
    avg_time_in_millis: 0,
    avg_size_in_bytes: 0,
  },
}

const METRICS = ['docs', 'shard_stats', 'store', ...Object.keys(ZEROS), 'dense_vector']

/** What an index or several hold together. */
export interface StatsSum extends IndexSize {
  readonly shards: number
}

/**
 * Reads the names of the sections asked for.
 *
 * @throws SearchFailure naming one that there is not
 */
export function statsMetrics(names: string | undefined, path: string): readonly string[] {
  if (names === undefined || names === '_all') return METRICS
  const given = names.split(',')
  const unknown = given.filter((name) => !METRICS.includes(name))
  if (unknown.length === 0) return given
  throw illegalArgument(
    `request [${path}] contains unrecognized metric${unknown.length > 1 ? 's' : ''}: ${unknown.map((name) => `[${name}]`).join(', ')}`,
  )
}

/** The sections of `_stats` for what an index or several hold. */
export function statsSections(
  { documents, deleted, bytes, shards }: StatsSum,
  metrics: readonly string[],
): Json {
  const sections: Readonly<Record<string, Json>> = {
    docs: { count: documents, deleted },
    shard_stats: { total_count: shards },
    store: { size_in_bytes: bytes, total_data_set_size_in_bytes: bytes, reserved_in_bytes: 0 },
    ...ZEROS,
    dense_vector: { value_count: 0 },
  }
  return Object.fromEntries(
    METRICS.filter((name) => metrics.includes(name)).map((name) => [name, sections[name]]),
  )
}

export function sumOf(parts: readonly StatsSum[]): StatsSum {
  const sum = (key: keyof StatsSum) => parts.reduce((total, part) => total + part[key], 0)
  return {
    documents: sum('documents'),
    deleted: sum('deleted'),
    bytes: sum('bytes'),
    shards: sum('shards'),
  }
}
