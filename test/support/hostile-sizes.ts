import type { WireRequest } from './hostile-wire.ts'

/** A request of extreme size, and the statuses it may be answered with. */
export interface SizeCase {
  readonly name: string
  readonly wire: () => WireRequest
  readonly statuses: readonly number[]
  /** What the answer has to say. */
  readonly says?: RegExp
}

const LOGS = '/holysheep-requests-*/_search'
const DOCUMENTS = '/docs/_search'

type Body = () => object

const posted = (path: string, body: string): WireRequest => ({ method: 'POST', path, body })

function search(
  name: string,
  body: Body,
  statuses: readonly number[] = [400],
  says?: RegExp,
): readonly SizeCase[] {
  return [LOGS, DOCUMENTS].map((path) => ({
    name: `${path} ${name}`,
    wire: () => posted(path, JSON.stringify(body())),
    statuses,
    ...(says && { says }),
  }))
}

const query = (name: string, make: Body, statuses?: readonly number[], says?: RegExp) =>
  search(name, () => ({ size: 1, query: make() }), statuses, says)
const aggregations = (name: string, make: Body, statuses?: readonly number[], says?: RegExp) =>
  search(name, () => ({ size: 0, aggs: make() }), statuses, says)

const list = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place))
const fieldOf = (kind: 'date' | 'keyword' | 'number' | 'text') =>
  ({
    // each of them is a field of one of the two kinds of indices and unmapped in the other
    date: ['@timestamp', 'at'],
    keyword: ['model', 'kw'],
    number: ['latency_ms', 'n'],
    text: ['prompt', 'txt'],
  })[kind]

function each(
  kind: Parameters<typeof fieldOf>[0],
  make: (field: string) => readonly SizeCase[],
): readonly SizeCase[] {
  return fieldOf(kind).flatMap(make)
}

const nestedBool = (depth: number): object =>
  depth === 0 ? { match_all: {} } : { bool: { must: [nestedBool(depth - 1)] } }

const nestedTerms = (depth: number, size: number): object => ({
  a: {
    terms: { field: depth % 2 === 0 ? 'request_id' : 'user_id', size },
    ...(depth > 1 && { aggs: nestedTerms(depth - 1, size) }),
  },
})

const BOTH = [200, 400] as const

const QUERIES: readonly SizeCase[] = [
  ...each('keyword', (field) => [
    ...query('65,536 terms', () => ({ terms: { [field]: list(65_536, (n) => `m${n}`) } }), [200]),
    ...query('65,537 terms', () => ({ terms: { [field]: list(65_537, (n) => `m${n}`) } })),
    ...query('a term of a megabyte', () => ({ term: { [field]: 'x'.repeat(1 << 20) } }), [200]),
    ...query('1,000 stars', () => ({ wildcard: { [field]: '*a'.repeat(1_000) } }), BOTH),
    ...query('20,000 stars', () => ({ wildcard: { [field]: `${'*?'.repeat(20_000)}b` } }), BOTH),
    ...query('a prefix of 64 KB', () => ({ prefix: { [field]: 'x'.repeat(65_536) } }), BOTH),
  ]),
  ...query(
    '1,024 clauses',
    () => ({ bool: { should: list(1_023, (n) => ({ term: { kw: `${n}` } })) } }),
    [200],
  ),
  ...query('1,026 clauses', () => ({
    bool: { should: list(1_025, (n) => ({ term: { kw: `${n}` } })) },
  })),
  ...query('a depth of 30', () => nestedBool(30), [200]),
  ...query('a depth of 31', () => nestedBool(31)),
  ...query('a depth of 900', () => nestedBool(300)),
  ...['kw', 'txt', 'model', 'prompt', 'error_message'].flatMap((field) =>
    [
      '(a+)+$',
      '.{1000}{1000}',
      '[^a]{0,9999}',
      '(.*a){30}',
      '((a{0,100}){0,100}){0,100}',
      'a{1,1000}b{1,1000}',
      '(x|xx|xxx)*y',
      '.*.*.*.*.*.*.*.*.*a',
      '~(~(~(a)))',
      '('.repeat(900),
      '[a-'.repeat(300),
      '\\',
      'a{',
      '<1-999999999>',
      '.'.repeat(1_001),
    ].flatMap((pattern) =>
      query(
        `the regexp ${pattern.slice(0, 40)} on ${field}`,
        () => ({ regexp: { [field]: pattern } }),
        BOTH,
      ),
    ),
  ),
  ...each('text', (field) => [
    ...query(
      'a wildcard of 1,000 stars',
      () => ({ wildcard: { [field]: '*a'.repeat(1_000) } }),
      BOTH,
    ),
    ...query(
      'a fuzzy word of 64 KB',
      () => ({ fuzzy: { [field]: { value: 'x'.repeat(65_536), fuzziness: 2 } } }),
      BOTH,
    ),
    ...query(
      'a match of 100,000 words',
      () => ({ match: { [field]: list(100_000, (n) => `w${n}`).join(' ') } }),
      BOTH,
    ),
    ...query(
      'a fuzzy match of 1,000 words',
      () => ({
        match: { [field]: { query: list(1_000, (n) => `word${n}`).join(' '), fuzziness: 2 } },
      }),
      BOTH,
    ),
    ...query(
      'a phrase of 20,000 words',
      () => ({ match_phrase: { [field]: 'fox '.repeat(20_000) } }),
      BOTH,
    ),
    ...query(
      'a phrase with a slop of 2^31',
      () => ({ match_phrase: { [field]: { query: 'quick fox dog', slop: 2 ** 31 - 1 } } }),
      BOTH,
    ),
    ...query('a word of a megabyte', () => ({ match: { [field]: 'x'.repeat(1 << 20) } }), BOTH),
    ...query(
      'a prefix of one letter',
      () => ({ match_phrase_prefix: { [field]: { query: 'q', max_expansions: 2 ** 31 - 1 } } }),
      BOTH,
    ),
  ]),
  ...['query_string', 'simple_query_string', 'kql'].flatMap((type) =>
    [
      '('.repeat(100_000),
      `${'('.repeat(99)}a${')'.repeat(99)}`,
      'NOT '.repeat(20_000),
      'a AND '.repeat(5_000),
      '"'.repeat(31_999),
      'a~'.repeat(9_000),
      '*'.repeat(31_000),
      'txt:/('.repeat(2_000),
      'a:b:'.repeat(5_000),
      '\\'.repeat(31_999),
      '+-!'.repeat(9_000),
      '[a TO '.repeat(3_000),
      'a '.repeat(15_000),
    ].flatMap((text) =>
      query(
        `${type} ${text.slice(0, 12)} × ${text.length}`,
        () => ({ [type]: { query: text } }),
        BOTH,
      ),
    ),
  ),
  ...query(
    'an ids query of 70,000',
    () => ({ ids: { values: list(70_000, (n) => `r${n}`) } }),
    BOTH,
  ),
  ...query(
    'a multi_match over everything',
    () => ({ multi_match: { query: 'fox dog '.repeat(500), fields: ['*'] } }),
    BOTH,
  ),
  ...query(
    'a multi_match of 10,000 fields',
    () => ({ multi_match: { query: 'fox', fields: list(10_000, (n) => `f${n}*`) } }),
    BOTH,
  ),
]

const NUMBERS: readonly unknown[] = [
  1e308,
  -1e308,
  -0,
  2 ** 63,
  -(2 ** 63),
  2 ** 64,
  5e-324,
  '9223372036854775807',
  '9223372036854775808',
  'NaN',
  '-Infinity',
  'Infinity',
  '1e400',
  '0x10',
  '',
  ' 1',
  [],
  {},
  null,
  true,
  '٣',
]

const DATES: readonly unknown[] = [
  'now+999999999y',
  'now-999999999999999999999M',
  'now/d/d/d/d',
  '99999999-01-01',
  '-9999-01-01',
  '2026-02-30',
  '2026-01-01||+999999w',
  'now' + '+1d'.repeat(10_000),
  8.64e15,
  8.65e15,
  1e20,
  -1e17,
  '0000-00-00',
  '9999-12-31T23:59:59.999999999Z',
  '2026-01-01T24:00',
  '||',
  'now||',
  '1'.repeat(400),
]

const VALUES: readonly SizeCase[] = [
  ...[
    'latency_ms',
    'total_cost',
    'n',
    'small',
    'f',
    'flag',
    'ip',
    'kw',
    'labels.x',
    'flat.a',
    '_seq_no',
    '_version',
  ].flatMap((field) =>
    NUMBERS.flatMap((value) => [
      ...query(`${JSON.stringify(value)} as ${field}`, () => ({ term: { [field]: value } }), BOTH),
      ...query(
        `a range to ${JSON.stringify(value)} of ${field}`,
        () => ({ range: { [field]: { gte: value, lt: 5 } } }),
        BOTH,
      ),
    ]),
  ),
  ...each('date', (field) =>
    DATES.flatMap((value) => [
      ...query(
        `a range to ${String(value).slice(0, 30)} of ${field}`,
        () => ({ range: { [field]: { gte: value, lte: value } } }),
        BOTH,
      ),
      ...query(
        `a range to ${String(value).slice(0, 30)} of ${field} in Berlin`,
        () => ({ range: { [field]: { gt: value, time_zone: 'Europe/Berlin' } } }),
        BOTH,
      ),
      ...query(
        `${String(value).slice(0, 30)} as ${field}`,
        () => ({ term: { [field]: value } }),
        BOTH,
      ),
      ...aggregations(
        `bounds ${String(value).slice(0, 30)} of ${field}`,
        () => ({
          a: {
            date_histogram: {
              field,
              calendar_interval: 'year',
              extended_bounds: { min: value, max: value },
              missing: value,
            },
          },
        }),
        BOTH,
      ),
      ...aggregations(
        `a date range to ${String(value).slice(0, 30)} of ${field}`,
        () => ({
          a: {
            date_range: {
              field,
              time_zone: 'Asia/Tokyo',
              ranges: [{ from: value }, { to: value }],
            },
          },
        }),
        BOTH,
      ),
    ]),
  ),
]

const AGGREGATIONS: readonly SizeCase[] = [
  ...aggregations(
    '10,000 aggregations',
    () => Object.fromEntries(list(10_000, (n) => [`a${n}`, { avg: { field: 'n' } }])),
    [200, 400, 408, 429],
  ),
  ...aggregations(
    '1,000 bucket aggregations',
    () => Object.fromEntries(list(1_000, (n) => [`a${n}`, { terms: { field: 'kw' } }])),
    [200, 400, 408, 429],
  ),
  ...aggregations(
    'nests of 10,000 buckets',
    () => nestedTerms(4, 10_000),
    [200, 400],
    /too_many_buckets|"buckets":\[\]/,
  ),
  ...aggregations('a nest seven deep', () => nestedTerms(7, 1)),
  ...aggregations('65,537 buckets', () => ({ a: { terms: { field: 'n', size: 65_537 } } })),
  ...aggregations('size 2^31', () => ({ a: { terms: { field: 'n', size: 2 ** 31 } } })),
  ...each('date', (field) => [
    ...aggregations('a bucket per millisecond of 30 years', () => ({
      a: {
        date_histogram: {
          field,
          fixed_interval: '1ms',
          min_doc_count: 0,
          extended_bounds: { min: '2000-01-01', max: '2030-01-01' },
        },
      },
    })),
    ...aggregations(
      'hard bounds of 30 years by the millisecond',
      () => ({
        a: {
          date_histogram: {
            field,
            fixed_interval: '1ms',
            min_doc_count: 0,
            hard_bounds: { min: '2000-01-01', max: '2030-01-01' },
          },
        },
      }),
      BOTH,
    ),
    ...['0ms', '-1d', '1e9d', '99999999999999999d', '1M', '0.0001ms', ''].flatMap((interval) =>
      aggregations(
        `the interval ${interval}`,
        () => ({ a: { date_histogram: { field, fixed_interval: interval } } }),
        BOTH,
      ),
    ),
    ...aggregations(
      'an offset of ages',
      () => ({
        a: { date_histogram: { field, calendar_interval: 'day', offset: '-99999999999d' } },
      }),
      BOTH,
    ),
    ...aggregations(
      'automatic buckets',
      () => ({ a: { auto_date_histogram: { field, buckets: 2 ** 31 } } }),
      BOTH,
    ),
  ]),
  ...each('number', (field) => [
    ...aggregations(
      'a tiny interval',
      () => ({ a: { histogram: { field, interval: 1e-300 } } }),
      BOTH,
    ),
    ...aggregations(
      'a huge interval',
      () => ({ a: { histogram: { field, interval: 1e308, offset: 1e308 } } }),
      BOTH,
    ),
    ...aggregations(
      'wide bounds',
      () => ({
        a: { histogram: { field, interval: 1, extended_bounds: { min: -1e308, max: 1e308 } } },
      }),
      BOTH,
    ),
    ...aggregations(
      '10,000 ranges',
      () => ({ a: { range: { field, ranges: list(10_000, (n) => ({ from: n })) } } }),
      BOTH,
    ),
    ...aggregations(
      '100,000 percentiles',
      () => ({ a: { percentiles: { field, percents: list(100_000, (n) => n / 1_000) } } }),
      BOTH,
    ),
    ...aggregations('percentiles out of range', () => ({
      a: { percentiles: { field, percents: [-1, 101, 1e308] } },
    })),
    ...aggregations(
      '100,000 ranks',
      () => ({ a: { percentile_ranks: { field, values: list(100_000, (n) => n) } } }),
      BOTH,
    ),
    ...aggregations(
      'a huge sigma',
      () => ({ a: { extended_stats: { field, sigma: 1e308 } } }),
      BOTH,
    ),
  ]),
  ...each('keyword', (field) => [
    ...aggregations('a composite of 10^9', () => ({
      a: { composite: { size: 1e9, sources: [{ b: { terms: { field } } }] } },
    })),
    ...aggregations(
      'a composite of 1,000 sources',
      () => ({
        a: { composite: { sources: list(1_000, (n) => ({ [`s${n}`]: { terms: { field } } })) } },
      }),
      BOTH,
    ),
    ...aggregations(
      'an include that runs away',
      () => ({ a: { terms: { field, include: '(a+)+$', exclude: '((a{0,100}){0,100}){0,100}' } } }),
      BOTH,
    ),
    ...aggregations(
      'an include of 100,000',
      () => ({ a: { terms: { field, include: list(100_000, (n) => `k${n}`) } } }),
      BOTH,
    ),
    ...aggregations(
      '10,000 filters',
      () => ({ a: { filters: { filters: list(10_000, (n) => ({ term: { [field]: `${n}` } })) } } }),
      [200, 400, 408, 429],
    ),
    ...aggregations(
      '100 terms in multi_terms',
      () => ({ a: { multi_terms: { terms: list(100, () => ({ field })) } } }),
      BOTH,
    ),
    ...aggregations(
      'an order of 1,000 keys',
      () => ({ a: { terms: { field, order: list(1_000, () => ({ _key: 'asc' })) } } }),
      BOTH,
    ),
  ]),
]

const HITS: readonly SizeCase[] = [
  ...[
    [0, 10_001],
    [10_000, 1],
    [2 ** 31, 1],
    [0, 1e308],
    [-1, 5],
    [0, -1],
    [0.5, 1],
    [2 ** 53, 2 ** 53],
  ].flatMap(([from, size]) => search(`from ${from} size ${size}`, () => ({ from, size }))),
  ...search('size 10,000', () => ({ size: 10_000, _source: false }), [200]),
  ...search('a sort of 1,000 keys', () => ({ sort: list(1_000, () => 'n'), size: 1 }), BOTH),
  ...search('search_after of 10,000 values', () => ({
    sort: ['n'],
    search_after: list(10_000, (n) => n),
  })),
  ...search(
    '100,000 source patterns',
    () => ({ _source: list(100_000, (n) => `f${n}*a*b*`), size: 5 }),
    BOTH,
  ),
  ...search('a source pattern of stars', () => ({ _source: '*a'.repeat(5_000), size: 5 }), BOTH),
  ...search('10,000 fields', () => ({ fields: list(10_000, (n) => `f${n}*`), size: 5 }), BOTH),
  ...search(
    '10,000 docvalue fields',
    () => ({ docvalue_fields: list(10_000, () => 'n'), size: 5 }),
    BOTH,
  ),
  ...search(
    '10,000 highlighted fields',
    () => ({
      query: { match_all: {} },
      highlight: { fields: Object.fromEntries(list(10_000, (n) => [`f${n}`, {}])) },
      size: 1,
    }),
    BOTH,
  ),
  ...search(
    'highlight fragments without end',
    () => ({
      query: { match: { txt: 'fox' } },
      highlight: {
        fields: { txt: {}, prompt: {} },
        fragment_size: 2 ** 31 - 1,
        number_of_fragments: 2 ** 31 - 1,
      },
      size: 5,
    }),
    BOTH,
  ),
  ...search(
    'collapse with huge inner hits',
    () => ({ collapse: { field: 'kw', inner_hits: { name: 'x', size: 1e9 } } }),
    BOTH,
  ),
  ...search('track_total_hits of 2^53', () => ({ track_total_hits: 2 ** 53 - 1, size: 0 }), [200]),
  ...search('terminate_after 2^31', () => ({ terminate_after: 2 ** 31 - 1, size: 0 }), [200]),
  ...search('a timeout of ages', () => ({ timeout: `${'9'.repeat(400)}d`, size: 0 }), BOTH),
  ...search('min_score 1e308', () => ({ min_score: 1e308 }), [200]),
  ...search(
    'boosts beyond all bounds',
    () => ({
      query: {
        bool: {
          should: list(10, () => ({ constant_score: { filter: { match_all: {} }, boost: 1e308 } })),
        },
      },
    }),
    BOTH,
  ),
]

/** Searches of extreme size. */
export const SEARCH_SIZES: readonly SizeCase[] = [...QUERIES, ...VALUES, ...AGGREGATIONS, ...HITS]
