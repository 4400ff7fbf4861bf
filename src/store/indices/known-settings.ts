/** When a setting may be changed: any time, while the index is closed, or only when it is made. */
export type Changeable = 'always' | 'closed' | 'never'

/** What a value of a setting has to be. */
export type SettingKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'time' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** One of few; any other is Elasticsearch's but not supported here. */
  | { readonly kind: 'only'; readonly values: readonly string[] }

export interface KnownSetting {
  readonly changeable: Changeable
  readonly value: SettingKind
}

const MAX_INTEGER = 2 ** 31 - 1

const TEXT: SettingKind = { kind: 'text' }
const BOOLEAN: SettingKind = { kind: 'boolean' }
const TIME: SettingKind = { kind: 'time' }
const integer = (min: number, max = MAX_INTEGER): SettingKind => ({ kind: 'integer', min, max })
const only = (...values: readonly string[]): SettingKind => ({ kind: 'only', values })

const always = (value: SettingKind): KnownSetting => ({ changeable: 'always', value })
const closed = (value: SettingKind): KnownSetting => ({ changeable: 'closed', value })
const never = (value: SettingKind): KnownSetting => ({ changeable: 'never', value })

/**
 * Settings by their name without `index.`. Those that tune another engine's files and caches are
 * taken and given back, and change nothing.
 */
const SETTINGS: ReadonlyMap<string, KnownSetting> = new Map(
  Object.entries({
    number_of_shards: never(integer(1, 1024)),
    number_of_replicas: always(integer(0)),
    number_of_routing_shards: never(integer(1)),
    routing_partition_size: never(integer(1)),
    auto_expand_replicas: always(TEXT),
    refresh_interval: always(TIME),
    max_result_window: always(integer(1)),
    max_inner_result_window: always(integer(1)),
    max_rescore_window: always(integer(1)),
    max_docvalue_fields_search: always(integer(0)),
    max_script_fields: always(integer(0)),
    max_ngram_diff: always(integer(0)),
    max_shingle_diff: always(integer(0)),
    max_refresh_listeners: always(integer(0)),
    max_slices_per_scroll: always(integer(1)),
    max_terms_count: always(integer(1)),
    max_regex_length: always(integer(1)),
    max_adjacency_matrix_filters: always(integer(2)),
    'analyze.max_token_count': always(integer(1)),
    'highlight.max_analyzed_offset': always(integer(1)),
    'query.default_field': always(TEXT),
    'query_string.lenient': never(BOOLEAN),
    'mapping.total_fields.limit': always(integer(0)),
    'mapping.depth.limit': always(integer(1)),
    'mapping.nested_fields.limit': always(integer(0)),
    'mapping.nested_objects.limit': always(integer(0)),
    'mapping.field_name_length.limit': always(integer(1)),
    'mapping.dimension_fields.limit': always(integer(0)),
    'mapping.coerce': closed(BOOLEAN),
    'mapping.ignore_malformed': closed(BOOLEAN),
    default_pipeline: always(only('_none')),
    final_pipeline: always(only('_none')),
    hidden: always(BOOLEAN),
    priority: always(integer(0)),
    'blocks.read_only': always(BOOLEAN),
    'blocks.read_only_allow_delete': always(BOOLEAN),
    'blocks.read': always(BOOLEAN),
    'blocks.write': always(BOOLEAN),
    'blocks.metadata': always(BOOLEAN),
    'write.wait_for_active_shards': always(TEXT),
    'unassigned.node_left.delayed_timeout': always(TIME),
    gc_deletes: always(TIME),
    'search.idle.after': always(TIME),
    'search.throttled': always(BOOLEAN),
    'requests.cache.enable': always(BOOLEAN),
    'queries.cache.enabled': closed(BOOLEAN),
    codec: closed(TEXT),
    mode: never(only('standard')),
    load_fixed_bitset_filters_eagerly: closed(BOOLEAN),
    'shard.check_on_startup': closed(TEXT),
    'store.type': closed(TEXT),
    'store.preload': closed(TEXT),
    'soft_deletes.enabled': never(only('true')),
    'soft_deletes.retention_lease.period': always(TIME),
    'soft_deletes.retention.operations': always(integer(0)),
    'similarity.default.type': closed(only('BM25')),
    'lifecycle.name': always(TEXT),
    'lifecycle.rollover_alias': always(TEXT),
    'lifecycle.indexing_complete': always(BOOLEAN),
    'lifecycle.origination_date': always(TEXT),
    'lifecycle.parse_origination_date': always(BOOLEAN),
    'lifecycle.prefer_ilm': always(BOOLEAN),
    'plugins.index_state_management.policy_id': always(TEXT),
    'plugins.index_state_management.rollover_alias': always(TEXT),
    'plugins.index_state_management.rollover_skip': always(BOOLEAN),
    'plugins.index_state_management.auto_manage': always(BOOLEAN),
  }),
)

/** Settings whose names go on, by how they begin. */
const FAMILIES: readonly (readonly [string, KnownSetting])[] = [
  ['analysis.', closed(TEXT)],
  ['routing.allocation.', always(TEXT)],
  ['routing.rebalance.', always(TEXT)],
  ['search.slowlog.', always(TEXT)],
  ['indexing.slowlog.', always(TEXT)],
  ['translog.', always(TEXT)],
  ['merge.scheduler.', always(TEXT)],
  ['merge.policy.', always(TEXT)],
  ['lifecycle.step.', always(TEXT)],
]

/** Settings that Elasticsearch has and that are not supported here. */
const UNSUPPORTED = ['sort.', 'similarity.', 'time_series.', 'routing_path'] as const

/** Finds a setting by its name without `index.`; undefined when there is none of that name. */
export function knownSetting(name: string): KnownSetting | undefined {
  return SETTINGS.get(name) ?? FAMILIES.find(([beginning]) => name.startsWith(beginning))?.[1]
}

/** Tells whether Elasticsearch has the setting although it is not supported here. */
export function isUnsupportedSetting(name: string): boolean {
  return UNSUPPORTED.some((beginning) => name.startsWith(beginning))
}
