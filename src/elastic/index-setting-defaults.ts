import type { Settings } from '../search/index.ts'

/** What holds for an index that does not say it, of the settings that clients ask for. */
const DEFAULTS: Settings = {
  'index.auto_expand_replicas': 'false',
  'index.blocks.metadata': 'false',
  'index.blocks.read': 'false',
  'index.blocks.read_only': 'false',
  'index.blocks.read_only_allow_delete': 'false',
  'index.blocks.write': 'false',
  'index.codec': 'default',
  'index.default_pipeline': '_none',
  'index.final_pipeline': '_none',
  'index.hidden': 'false',
  'index.mapping.coerce': 'false',
  'index.mapping.depth.limit': '20',
  'index.mapping.field_name_length.limit': '9223372036854775807',
  'index.mapping.ignore_malformed': 'false',
  'index.mapping.nested_fields.limit': '50',
  'index.mapping.nested_objects.limit': '10000',
  'index.mapping.total_fields.limit': '1000',
  'index.max_inner_result_window': '100',
  'index.max_ngram_diff': '1',
  'index.max_regex_length': '1000',
  'index.max_result_window': '10000',
  'index.max_terms_count': '65536',
  'index.mode': 'standard',
  'index.number_of_replicas': '1',
  'index.number_of_shards': '1',
  'index.priority': '1',
  'index.query.default_field': ['*'],
  'index.refresh_interval': '1s',
  'index.translog.durability': 'REQUEST',
}

/** The defaults of what is not set. */
export function defaultSettings(set: Settings): Settings {
  return Object.fromEntries(Object.entries(DEFAULTS).filter(([name]) => set[name] === undefined))
}
