/** A request as it should be, to be damaged; a body is JSON, a list of bodies is one per line. */
export interface RequestTemplate {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly path: string
  readonly body?: object
  readonly lines?: readonly object[]
}

const LOGS = '/holysheep-*/_search'
const DOCUMENTS = '/docs/_search'

const onBoth = (body: object): readonly RequestTemplate[] =>
  [LOGS, DOCUMENTS].map((path) => ({ method: 'POST', path, body }))
const onLogs = (body: object): RequestTemplate => ({ method: 'POST', path: LOGS, body })
const onDocuments = (body: object): RequestTemplate => ({ method: 'POST', path: DOCUMENTS, body })
const query = (body: object): RequestTemplate => onDocuments({ size: 1, query: body })
const aggregation = (body: object): RequestTemplate => onDocuments({ size: 0, aggs: { a: body } })

const QUERIES: readonly RequestTemplate[] = [
  query({ term: { kw: { value: 'red', boost: 2, case_insensitive: true } } }),
  query({ terms: { kw: ['red', 'blue'], boost: 1 } }),
  query({ terms: { n: [1, 2, '3'] } }),
  query({ range: { n: { gte: 1, lt: '5', boost: 2 } } }),
  query({
    range: {
      at: { gte: 'now-1d/d', lte: '2026-01-06||+1M/d', format: 'yyyy-MM-dd', time_zone: '+07:00' },
    },
  }),
  query({ range: { ip: { gte: '10.0.0.0', lt: '10.0.4.0' } } }),
  query({ term: { ip: '10.0.0.0/8' } }),
  query({ exists: { field: 'inner.name', boost: 1 } }),
  query({ ids: { values: ['d1', 'd2'], boost: 1 } }),
  query({ prefix: { kw: { value: 'r', case_insensitive: true, rewrite: 'constant_score' } } }),
  query({ wildcard: { wild: { value: '*o?-*', case_insensitive: true, boost: 1 } } }),
  query({ wildcard: { txt: 'qu*' } }),
  query({ regexp: { kw: { value: 'r.*d', flags: 'ALL', case_insensitive: true } } }),
  query({ regexp: { txt: 'qu[a-z]+' } }),
  query({
    fuzzy: { kw: { value: 'read', fuzziness: 'AUTO', prefix_length: 1, max_expansions: 9 } },
  }),
  query({ fuzzy: { txt: { value: 'quik', fuzziness: 1, transpositions: false } } }),
  query({
    match: {
      txt: {
        query: 'quick fox',
        operator: 'and',
        minimum_should_match: '50%',
        fuzziness: 'AUTO',
        analyzer: 'standard',
        lenient: true,
        zero_terms_query: 'none',
      },
    },
  }),
  query({ match: { n: '12' } }),
  query({ match_phrase: { txt: { query: 'quick fox', slop: 1, analyzer: 'standard' } } }),
  query({ match_phrase_prefix: { txt: { query: 'quick f', max_expansions: 5, slop: 0 } } }),
  query({ match_bool_prefix: { txt: { query: 'quick f', operator: 'or' } } }),
  query({
    multi_match: {
      query: 'quick fox',
      fields: ['txt^2', 'k*', 'inner.name'],
      type: 'best_fields',
      operator: 'or',
      tie_breaker: 0.3,
    },
  }),
  query({
    query_string: {
      query: 'txt:(quick AND "lazy dog"~2) OR kw:r?d* -n:[1 TO 5} at:>now-1d kw:/r.d/ fox~1',
      default_field: 'txt',
      fields: ['txt', 'kw^2'],
      default_operator: 'and',
      time_zone: '+01:00',
      lenient: true,
    },
  }),
  query({
    simple_query_string: {
      query: '"lazy dog" | quick + -fox fo* (brown)',
      fields: ['txt'],
      default_operator: 'and',
      flags: 'OR|AND|PREFIX',
    },
  }),
  query({
    kql: { query: 'kw: (red or blue) and n >= 5 and not txt: "quick fox" and inner.*: x*' },
  }),
  query({
    bool: {
      must: [{ match: { txt: 'quick' } }],
      filter: { term: { flag: true } },
      should: [{ term: { kw: 'red' } }, { term: { kw: 'blue' } }],
      must_not: [{ exists: { field: 'gone' } }],
      minimum_should_match: 1,
      boost: 1,
      _name: 'own',
    },
  }),
  query({
    boosting: { positive: { match_all: {} }, negative: { term: { kw: 'x' } }, negative_boost: 0.5 },
  }),
  query({ constant_score: { filter: { term: { kw: 'red' } }, boost: 2 } }),
  query({
    dis_max: { queries: [{ match: { txt: 'a' } }, { term: { kw: 'b' } }], tie_breaker: 0.1 },
  }),
  query({ nested: { path: 'inner', query: { match_all: {} }, score_mode: 'avg' } }),
  query({ term: { 'flat.a': 'fox' } }),
  query({ term: { _id: 'd1' } }),
  query({ term: { _index: 'docs' } }),
  onLogs({ query: { term: { 'model.keyword': 'model-1' } }, size: 1 }),
  onLogs({ query: { match: { prompt: 'quick fox' } }, size: 1 }),
  onLogs({ query: { match_phrase: { response: 'lazy dog' } }, size: 1 }),
  onLogs({ query: { wildcard: { error_message: '*reset by*' } }, size: 1 }),
  onLogs({ query: { query_string: { query: 'prompt:fox AND status_code:[400 TO *]' } }, size: 1 }),
  onLogs({ query: { term: { 'labels.team': 'x' } }, size: 1 }),
  onLogs({ query: { terms: { request_id: ['r1', 'r2'] } }, size: 1 }),
  onLogs({
    query: { range: { '@timestamp': { gte: '2026-01-06', time_zone: 'Asia/Tokyo' } } },
    size: 1,
  }),
  onLogs({
    query: { nested: { path: 'attempts', query: { term: { 'attempts.provider': 'x' } } } },
  }),
]

const AGGREGATIONS: readonly RequestTemplate[] = [
  aggregation({
    terms: {
      field: 'kw',
      size: 5,
      order: { _count: 'desc' },
      missing: 'none',
      min_doc_count: 1,
      include: 'r.*',
      exclude: ['blue'],
      format: '0.0',
    },
    aggs: { inner: { avg: { field: 'n', missing: 0 } } },
    meta: { own: 'x' },
  }),
  aggregation({
    terms: { field: 'n', order: [{ m: 'desc' }, { _key: 'asc' }] },
    aggs: { m: { max: { field: 'f' } } },
  }),
  aggregation({
    date_histogram: {
      field: 'at',
      calendar_interval: 'day',
      time_zone: 'Europe/Berlin',
      offset: '+1h',
      format: 'yyyy-MM-dd',
      min_doc_count: 0,
      extended_bounds: { min: '2026-01-01', max: '2026-02-01' },
      hard_bounds: { min: '2026-01-01', max: '2026-02-01' },
      order: { _key: 'desc' },
      missing: '2026-01-01',
    },
  }),
  aggregation({ date_histogram: { field: 'at', fixed_interval: '12h', keyed: true } }),
  aggregation({
    histogram: {
      field: 'n',
      interval: 100,
      offset: 5,
      min_doc_count: 0,
      extended_bounds: { min: 0, max: 10 },
    },
  }),
  aggregation({
    range: { field: 'n', ranges: [{ key: 'low', from: 1, to: '10' }, { from: 10 }], keyed: true },
  }),
  aggregation({
    date_range: {
      field: 'at',
      format: 'yyyy-MM',
      time_zone: '+01:00',
      ranges: [{ key: 'k', from: 'now-1M/M', to: 'now' }],
    },
  }),
  aggregation({
    ip_range: { field: 'ip', ranges: [{ mask: '10.0.0.0/16' }, { from: '10.0.0.0' }] },
  }),
  aggregation({ filter: { term: { kw: 'red' } } }),
  aggregation({
    filters: {
      filters: { a: { term: { kw: 'x' } }, b: { match_all: {} } },
      other_bucket_key: 'rest',
    },
  }),
  aggregation({ global: {}, aggs: { n: { value_count: { field: 'n' } } } }),
  aggregation({ missing: { field: 'kw', missing: 'x' } }),
  aggregation({ rare_terms: { field: 'kw', max_doc_count: 2, include: ['a'] } }),
  aggregation({ multi_terms: { terms: [{ field: 'kw' }, { field: 'n', missing: 1 }], size: 3 } }),
  aggregation({
    composite: {
      size: 3,
      sources: [
        { a: { terms: { field: 'kw', order: 'desc', missing_bucket: true } } },
        {
          b: {
            date_histogram: {
              field: 'at',
              calendar_interval: '1d',
              format: 'yyyy',
              time_zone: 'UTC',
            },
          },
        },
        { c: { histogram: { field: 'n', interval: 5 } } },
      ],
      after: { a: 'red', b: '2026', c: 5 },
    },
  }),
  aggregation({
    significant_terms: { field: 'kw', min_doc_count: 1, background_filter: { term: { kw: 'x' } } },
  }),
  aggregation({
    auto_date_histogram: {
      field: 'at',
      buckets: 5,
      format: 'yyyy',
      time_zone: 'UTC',
      minimum_interval: 'minute',
    },
  }),
  aggregation({ sampler: { shard_size: 10 }, aggs: { x: { terms: { field: 'kw' } } } }),
  aggregation({ nested: { path: 'inner' } }),
  aggregation({ percentiles: { field: 'n', percents: [1, '50', 99.9], keyed: false, missing: 3 } }),
  aggregation({ percentile_ranks: { field: 'n', values: [1, 2] } }),
  aggregation({ stats: { field: 'f', format: '0.0' } }),
  aggregation({ extended_stats: { field: 'f', sigma: 2 } }),
  aggregation({ cardinality: { field: 'kw', precision_threshold: 100 } }),
  aggregation({ median_absolute_deviation: { field: 'f' } }),
  aggregation({ weighted_avg: { value: { field: 'n', missing: 1 }, weight: { field: 'f' } } }),
  aggregation({ sum: { field: 'n', script: { source: '1' } } }),
  aggregation({ top_hits: { size: 1, sort: [{ n: 'desc' }], _source: { includes: ['k*'] } } }),
  aggregation({ top_metrics: { metrics: [{ field: 'n' }], sort: { at: 'desc' } } }),
  onDocuments({
    size: 0,
    aggs: {
      days: {
        date_histogram: { field: 'at', calendar_interval: 'week' },
        aggs: {
          m: { sum: { field: 'n' } },
          script: {
            bucket_script: { buckets_path: { a: 'm', c: '_count' }, script: 'params.a / params.c' },
          },
          selected: { bucket_selector: { buckets_path: { a: 'm' }, script: 'params.a > 1' } },
          sorted: { bucket_sort: { sort: [{ m: { order: 'desc' } }], from: 0, size: 5 } },
          change: {
            derivative: { buckets_path: 'm', unit: '1d', gap_policy: 'skip', format: '0.0' },
          },
          sums: { cumulative_sum: { buckets_path: 'm' } },
          moved: {
            moving_fn: { buckets_path: 'm', window: 3, script: 'MovingFunctions.min(values)' },
          },
        },
      },
      best: { max_bucket: { buckets_path: 'days>m', gap_policy: 'insert_zeros' } },
      part: { percentiles_bucket: { buckets_path: 'days>m', percents: [50] } },
    },
  }),
  onLogs({
    size: 0,
    aggs: { a: { terms: { field: 'model.keyword' }, aggs: { b: { terms: { field: 'team' } } } } },
  }),
  onLogs({
    size: 0,
    aggs: { a: { date_histogram: { field: '@timestamp', fixed_interval: '1h' } } },
  }),
  onLogs({
    size: 0,
    aggs: { a: { sum: { field: 'total_cost' } }, b: { percentiles: { field: 'latency_ms' } } },
  }),
]

const HITS: readonly RequestTemplate[] = [
  ...onBoth({
    from: 1,
    size: 2,
    sort: [
      {
        at: { order: 'desc', missing: '_last', unmapped_type: 'date', format: 'yyyy', mode: 'min' },
      },
      '_score',
      'n:asc',
    ],
    _source: { includes: ['k*', 'inner.*'], excludes: ['t*'] },
    track_total_hits: 100,
    timeout: '10s',
    terminate_after: 100,
    min_score: 0,
    version: true,
    seq_no_primary_term: true,
    explain: false,
    stats: ['x'],
  }),
  onDocuments({ sort: [{ n: 'asc' }], search_after: [5], size: 1 }),
  onDocuments({ sort: 'kw', search_after: ['x'], _source: 'k*' }),
  onDocuments({
    sort: [{ at: { order: 'asc', numeric_type: 'date' } }],
    search_after: ['2026-01-05'],
  }),
  onLogs({
    sort: [{ '@timestamp': 'desc' }, { request_id: 'asc' }],
    search_after: [1, 'r1'],
    _source: ['prompt'],
  }),
  ...onBoth({
    fields: ['n', { field: 'at', format: 'yyyy' }, 'k*'],
    docvalue_fields: ['kw', { field: 'at', format: 'epoch_millis' }],
    _source: false,
    size: 1,
  }),
  onDocuments({
    query: { match: { txt: 'quick' } },
    highlight: {
      pre_tags: ['<b>'],
      post_tags: ['</b>'],
      order: 'score',
      encoder: 'html',
      fields: {
        'tx*': {
          type: 'unified',
          fragment_size: 20,
          number_of_fragments: 2,
          highlight_query: { match: { txt: 'fox' } },
        },
      },
    },
    size: 1,
  }),
  onLogs({
    query: { match: { prompt: 'fox' } },
    highlight: { fields: { prompt: {} }, fragment_size: 10 },
    size: 1,
  }),
  onDocuments({
    collapse: { field: 'kw', inner_hits: { name: 'x', size: 1, sort: [{ n: 'desc' }] } },
    size: 2,
  }),
  onDocuments({
    post_filter: { term: { kw: 'red' } },
    rescore: { query: { rescore_query: { match_all: {} } }, window_size: 5 },
  }),
  onDocuments({
    script_fields: {
      x: { script: { source: 'doc.n.value', lang: 'painless', params: { a: 'b' } } },
    },
  }),
  onDocuments({ runtime_mappings: { r: { type: 'long', script: { source: 'emit(1)' } } } }),
  onDocuments({ suggest: { s: { text: 'x', term: { field: 'txt' } } } }),
  onDocuments({ query: { script: { script: { source: '1 == 1' } } } }),
  onDocuments({
    query: { function_score: { query: { match_all: {} }, script_score: { script: '1' } } },
  }),
  onDocuments({ query: { more_like_this: { fields: ['txt'], like: 'x' } } }),
  onDocuments({ query: { geo_distance: { distance: '1km', pin: [1, 2] } } }),
  onDocuments({ query: { percolate: { field: 'q', document: { a: 'b' } } } }),
  onDocuments({ slice: { id: 0, max: 2 }, query: { match_all: {} } }),
  onDocuments({ pit: { id: 'c29tZXRoaW5nIHNvbWV0aGluZw', keep_alive: '1m' } }),
  {
    method: 'GET',
    path: '/docs/_search?q=kw:red&df=txt&sort=n:desc&size=1&_source=k*&default_operator=AND&timeout=1s&track_total_hits=true&routing=a&preference=b',
  },
  {
    method: 'GET',
    path: '/holysheep-*,docs/_search?size=1&filter_path=-took&ignore_unavailable=true&expand_wildcards=open&allow_no_indices=true',
  },
]

const READS: readonly RequestTemplate[] = [
  { method: 'POST', path: '/docs/_count', body: { query: { term: { kw: 'red' } } } },
  {
    method: 'POST',
    path: '/docs/_validate/query?explain=true',
    body: { query: { term: { kw: 'red' } } },
  },
  {
    method: 'POST',
    path: '/_msearch',
    lines: [
      { index: 'docs', routing: 'x', preference: 'y' },
      { query: { term: { kw: 'red' } }, size: 0 },
      { index: ['holysheep-*'] },
      { size: 0 },
    ],
  },
  {
    method: 'POST',
    path: '/_mget',
    body: {
      docs: [
        { _index: 'docs', _id: 'd1', routing: 'x', _source: ['k*'] },
        { _index: 'holysheep-requests', _id: 'r1' },
      ],
    },
  },
  { method: 'POST', path: '/docs/_mget', body: { ids: ['d1', 'gone'] } },
  {
    method: 'GET',
    path: '/docs/_doc/d1?routing=x&_source_includes=k*&_source_excludes=n&version=1',
  },
  { method: 'GET', path: '/holysheep-requests/_doc/r1' },
  { method: 'HEAD', path: '/docs/_doc/d1' },
  { method: 'GET', path: '/docs/_source/d1' },
  {
    method: 'POST',
    path: '/_search/scroll',
    body: { scroll_id: 'DnF1ZXJ5VGhlbkZldGNoAAAA', scroll: '1m' },
  },
  { method: 'DELETE', path: '/_search/scroll', body: { scroll_id: ['DnF1ZXJ5VGhlbkZldGNoAAAA'] } },
  { method: 'POST', path: '/docs/_search?scroll=1s', body: { size: 1, sort: ['_doc'] } },
  { method: 'POST', path: '/docs/_pit?keep_alive=1s' },
  { method: 'DELETE', path: '/_pit', body: { id: 'DnF1ZXJ5VGhlbkZldGNoAAAA' } },
  {
    method: 'DELETE',
    path: '/_search/point_in_time',
    body: { pit_id: ['DnF1ZXJ5VGhlbkZldGNoAAAA'] },
  },
  {
    method: 'POST',
    path: '/docs/_async_search?wait_for_completion_timeout=1s&keep_alive=1m',
    body: { size: 0, aggs: { a: { terms: { field: 'kw' } } } },
  },
  { method: 'GET', path: '/_async_search/DnF1ZXJ5VGhlbkZldGNoAAAA' },
  { method: 'GET', path: '/_async_search/status/DnF1ZXJ5VGhlbkZldGNoAAAA' },
  { method: 'DELETE', path: '/_async_search/DnF1ZXJ5VGhlbkZldGNoAAAA' },
  { method: 'GET', path: '/docs/_field_caps?fields=k*,n' },
  {
    method: 'POST',
    path: '/docs/_field_caps',
    body: { fields: ['k*'], index_filter: { term: { kw: 'red' } } },
  },
  {
    method: 'GET',
    path: '/_cat/indices/docs?v=true&h=index,docs.count&s=index:desc&format=json&bytes=b',
  },
  { method: 'GET', path: '/_cat/aliases/a*?format=json' },
  { method: 'GET', path: '/_cat/count/docs?format=json' },
  { method: 'GET', path: '/_cat/shards/docs' },
  { method: 'GET', path: '/_cat/templates/t*' },
  { method: 'GET', path: '/_cluster/health/docs?wait_for_status=yellow&timeout=1s&level=indices' },
  { method: 'GET', path: '/_cluster/state/metadata/docs' },
  { method: 'GET', path: '/_cluster/settings?include_defaults=true&flat_settings=true' },
  { method: 'GET', path: '/_nodes/stats/jvm' },
  { method: 'GET', path: '/docs?flat_settings=true' },
  { method: 'GET', path: '/docs/_mapping/field/k*' },
  { method: 'GET', path: '/docs/_settings/index.number*' },
  { method: 'GET', path: '/docs/_alias/a*' },
  { method: 'GET', path: '/docs/_stats/docs' },
  { method: 'GET', path: '/_resolve/index/doc*' },
  { method: 'GET', path: '/_index_template/t*' },
  { method: 'GET', path: '/_component_template/t*' },
  { method: 'GET', path: '/_ilm/policy/p*' },
  { method: 'GET', path: '/docs/_ilm/explain' },
  { method: 'GET', path: '/_data_stream/*' },
  {
    method: 'POST',
    path: '/docs/_analyze',
    body: { text: ['Quick Fox'], analyzer: 'standard', field: 'txt' },
  },
  {
    method: 'POST',
    path: '/_analyze',
    body: {
      text: 'Quick Fox',
      tokenizer: 'standard',
      filter: ['lowercase', { type: 'stop', stopwords: ['a'] }],
      char_filter: [{ type: 'mapping', mappings: ['a => b'] }],
    },
  },
]

const WRITES: readonly RequestTemplate[] = [
  {
    method: 'POST',
    path: '/_bulk',
    lines: [
      { index: { _index: 'written', _id: 'w1', routing: 'x' } },
      { a: 'b' },
      { delete: { _index: 'written', _id: 'w1' } },
      { update: { _index: 'written', _id: 'w2' } },
      { doc: { a: 1 }, doc_as_upsert: true },
    ],
  },
  {
    method: 'POST',
    path: '/holysheep-hostile/_bulk',
    lines: [
      { index: { _id: 'h1' } },
      {
        '@timestamp': '2026-01-05T00:00:00Z',
        model: 'm',
        prompt: 'p',
        latency_ms: 5,
        labels: { a: 'b' },
      },
    ],
  },
  {
    method: 'PUT',
    path: '/written/_doc/w3?routing=a&refresh=false&version=3&version_type=external',
    body: { a: 'b', at: '2026-01-01' },
  },
  { method: 'POST', path: '/written/_doc', body: { a: 'b', list: ['x', { deep: 'y' }] } },
  { method: 'PUT', path: '/written/_create/w4', body: { a: 'b' } },
  {
    method: 'POST',
    path: '/written/_update/w3',
    body: { doc: { a: 'c' }, upsert: { a: 'd' }, detect_noop: true },
  },
  {
    method: 'POST',
    path: '/written/_update/w3',
    body: { script: { source: 'ctx._source.a = 1', lang: 'painless', params: { b: 'c' } } },
  },
  { method: 'DELETE', path: '/written/_doc/w9?if_seq_no=1&if_primary_term=1' },
  {
    method: 'POST',
    path: '/holysheep-hostile/_doc/h2',
    body: { timestamp: '2026-01-05', model: 'm', user_id: 'u', status_code: 200 },
  },
  {
    method: 'POST',
    path: '/written/_delete_by_query?conflicts=proceed',
    body: { query: { term: { a: 'never' } }, max_docs: 5 },
  },
  { method: 'POST', path: '/written/_update_by_query', body: { query: { term: { a: 'never' } } } },
  {
    method: 'POST',
    path: '/_reindex',
    body: {
      source: { index: 'written', query: { term: { a: 'never' } } },
      dest: { index: 'copied', op_type: 'create' },
    },
  },
  {
    method: 'PUT',
    path: '/made',
    body: {
      settings: {
        number_of_shards: 1,
        'index.refresh_interval': '1s',
        analysis: {
          analyzer: { own: { type: 'custom', tokenizer: 'standard', filter: ['lowercase'] } },
          normalizer: { low: { type: 'custom', filter: ['lowercase'] } },
        },
      },
      mappings: {
        dynamic: 'strict',
        dynamic_templates: [
          {
            texts: {
              match_mapping_type: 'string',
              match: 's_*',
              path_match: 'a.*',
              mapping: { type: 'keyword' },
            },
          },
        ],
        properties: {
          a: {
            type: 'text',
            analyzer: 'own',
            fields: { raw: { type: 'keyword', ignore_above: 20, normalizer: 'low' } },
          },
          at: { type: 'date', format: 'yyyy||epoch_millis' },
          to: { type: 'keyword', copy_to: ['a'] },
          other: { type: 'alias', path: 'a' },
        },
        _routing: { required: false },
      },
      aliases: { other: { filter: { term: { a: 'b' } }, routing: 'r', is_write_index: true } },
    },
  },
  {
    method: 'PUT',
    path: '/docs/_mapping',
    body: { properties: { added: { type: 'keyword', null_value: 'x' } } },
  },
  {
    method: 'PUT',
    path: '/docs/_settings',
    body: { index: { refresh_interval: '2s', max_result_window: 10_000 } },
  },
  {
    method: 'POST',
    path: '/_aliases',
    body: {
      actions: [
        { add: { index: 'docs', alias: 'seen', filter: { term: { kw: 'red' } }, routing: 'r' } },
        { remove: { index: 'docs', alias: 'gone', must_exist: false } },
      ],
    },
  },
  { method: 'PUT', path: '/docs/_alias/seen2', body: { filter: { term: { kw: 'red' } } } },
  {
    method: 'PUT',
    path: '/_index_template/tried',
    body: {
      index_patterns: ['tried-*'],
      priority: 5,
      composed_of: ['part'],
      ignore_missing_component_templates: ['part'],
      template: {
        settings: { number_of_shards: 1 },
        mappings: { properties: { a: { type: 'keyword' } } },
        aliases: { all: {} },
      },
      _meta: { a: 'b' },
    },
  },
  {
    method: 'PUT',
    path: '/_component_template/part',
    body: { template: { mappings: { properties: { a: { type: 'keyword' } } } }, version: 1 },
  },
  {
    method: 'PUT',
    path: '/_template/old',
    body: {
      index_patterns: ['old-*'],
      order: 1,
      settings: { number_of_shards: 1 },
      mappings: { properties: { a: { type: 'keyword' } } },
      aliases: { old: {} },
    },
  },
  { method: 'POST', path: '/_index_template/_simulate_index/tried-1' },
  {
    method: 'POST',
    path: '/_index_template/_simulate',
    body: {
      index_patterns: ['x-*'],
      template: { mappings: { properties: { b: { type: 'long' } } } },
    },
  },
  {
    method: 'PUT',
    path: '/_ilm/policy/kept',
    body: {
      policy: {
        phases: {
          hot: {
            min_age: '0ms',
            actions: { rollover: { max_age: '1d', max_size: '1gb', max_docs: 5 } },
          },
          delete: { min_age: '30d', actions: { delete: {} } },
        },
        _meta: { a: 'b' },
      },
    },
  },
  {
    method: 'PUT',
    path: '/_plugins/_ism/policies/kept',
    body: {
      policy: {
        description: 'd',
        default_state: 'hot',
        states: [
          {
            name: 'hot',
            actions: [{ rollover: { min_doc_count: 1 } }],
            transitions: [{ state_name: 'del', conditions: { min_index_age: '30d' } }],
          },
          { name: 'del', actions: [{ delete: {} }], transitions: [] },
        ],
        ism_template: [{ index_patterns: ['x-*'], priority: 1 }],
      },
    },
  },
  { method: 'PUT', path: '/_data_stream/stream-x' },
  {
    method: 'POST',
    path: '/seen/_rollover',
    body: { conditions: { max_docs: 1_000_000, max_age: '900d' } },
  },
  {
    method: 'PUT',
    path: '/_cluster/settings',
    body: {
      persistent: { 'action.auto_create_index': 'true' },
      transient: { 'search.max_buckets': '1000' },
    },
  },
  { method: 'POST', path: '/docs/_refresh' },
  { method: 'POST', path: '/docs/_flush' },
  { method: 'POST', path: '/docs/_forcemerge?max_num_segments=1' },
]

/** Requests of every kind that the search API takes, with all options that hold a text. */
export const REQUEST_TEMPLATES: readonly RequestTemplate[] = [
  ...QUERIES,
  ...AGGREGATIONS,
  ...HITS,
  ...READS,
  ...WRITES,
]
