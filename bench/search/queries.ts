import { FIELDS, type FieldDefinition } from '../../src/record/index.ts'
import { RARE_WORD, requestId, type Sizes, tenant, userId } from './documents.ts'

const DAY_MS = 86_400_000

type Body = Readonly<Record<string, unknown>>

/** What the bodies of queries are made from. */
export interface QueryContext {
  readonly sizes: Sizes
  /** A day without news, milliseconds since 1970 UTC. */
  readonly dayMs: number
}

/** A kind of query that people ask of their logs. */
export interface Query {
  readonly name: string
  /** Longest time for 95 of 100, milliseconds. */
  readonly targetMs: number
  /** The same run gives the same body. */
  body(run: number, context: QueryContext): Body
}

const NEWEST = { sort: [{ '@timestamp': 'desc' }] }

const LATENCY: Body = {
  size: 0,
  aggs: {
    latency_percentiles: { percentiles: { field: 'latency_ms', percents: [50, 90, 95, 99] } },
    latency_buckets: { terms: { field: 'latency_bucket.keyword' } },
  },
}

const ERRORS: Body = {
  size: 0,
  query: { range: { '@timestamp': { gte: 'now-1h' } } },
  aggs: {
    errors_by_model: {
      terms: { field: 'model.keyword' },
      aggs: {
        total_requests: { value_count: { field: 'request_id.keyword' } },
        error_count: { filter: { range: { status_code: { gte: 400 } } } },
      },
    },
  },
}

const COSTS: Body = {
  size: 0,
  aggs: {
    daily_cost: {
      date_histogram: { field: '@timestamp', calendar_interval: 'day' },
      aggs: {
        total_cost: { sum: { field: 'cost_usd' } },
        tokens_used: { sum: { field: 'tokens_used' } },
      },
    },
  },
}

const SEED: readonly Query[] = [
  {
    name: 'seed 1: latency percentiles and buckets, 30 days',
    targetMs: 150,
    body: () => LATENCY,
  },
  { name: 'seed 2: errors by model, last hour', targetMs: 150, body: () => ERRORS },
  { name: 'seed 3: cost and tokens by day, 30 days', targetMs: 150, body: () => COSTS },
]

/** From users with a twentieth of the calls down to those with a few in a month. */
const USER_RANKS = [3, 30, 100, 300, 1_000, 3_000, 9_000, 20_000]

/** Longer than any day's share of the calls is wide, so that runs ask for calls of all days. */
const ID_STEP = 0.618_033_988_75

const RECORDS: readonly Query[] = [
  {
    name: 'by request id, whole record',
    targetMs: 30,
    body: (run, { sizes }) => ({
      query: {
        term: { request_id: requestId(Math.floor(((run * ID_STEP) % 1) * sizes.records)) },
      },
    }),
  },
  {
    name: 'newest 100 of a user',
    targetMs: 100,
    body: (run) => ({
      size: 100,
      query: { term: { user_id: userId(USER_RANKS[run % USER_RANKS.length] ?? 0) } },
      ...NEWEST,
    }),
  },
  {
    name: 'newest 100 with a rare word in the prompt',
    targetMs: 100,
    body: () => ({ size: 100, query: { match: { prompt: RARE_WORD } }, ...NEWEST }),
  },
]

/** One of 40, 80 and 160 prompts or so has it. */
const WORDS = ['dollars', 'system', 'century', 'university', 'energy']

const WORD_QUERIES: readonly Query[] = [
  {
    name: 'a word in prompts, 30 days, count',
    targetMs: 1_000,
    body: (run) => ({
      size: 0,
      track_total_hits: true,
      query: { match: { prompt: WORDS[run % WORDS.length] } },
    }),
  },
  {
    name: 'a word in prompts, 30 days, newest 100',
    targetMs: 1_000,
    body: (run) => ({
      size: 100,
      query: { match: { prompt: WORDS[run % WORDS.length] } },
      ...NEWEST,
    }),
  },
  {
    name: 'a frequent phrase of common words, newest 100',
    targetMs: 150,
    body: () => ({ size: 100, query: { match_phrase: { prompt: 'of the' } }, ...NEWEST }),
  },
  {
    name: 'a rare phrase of common words, newest 100',
    targetMs: 150,
    body: () => ({ size: 100, query: { match_phrase: { prompt: 'is in the' } }, ...NEWEST }),
  },
  {
    name: 'substring in prompts, newest 100',
    targetMs: 2_000,
    body: () => ({ size: 100, query: { wildcard: { prompt: '*olog*' } }, ...NEWEST }),
  },
  {
    name: 'regexp in answers, newest 100',
    targetMs: 2_000,
    body: () => ({ size: 100, query: { regexp: { response: 'electri(c|cal|city)' } }, ...NEWEST }),
  },
  {
    name: 'prefix in prompts, newest 100',
    targetMs: 2_000,
    body: () => ({ size: 100, query: { prefix: { prompt: 'econom' } }, ...NEWEST }),
  },
]

const TENANT_RANKS = [5, 50, 200, 1_000]

const LABEL_QUERIES: readonly Query[] = [
  {
    name: 'label filter, 30 days, count',
    targetMs: 50,
    body: (run) => ({
      size: 0,
      track_total_hits: true,
      query: { term: { 'labels.tenant': someTenant(run) } },
    }),
  },
  {
    name: 'label filter, 30 days, newest 100',
    targetMs: 50,
    body: (run) => ({
      size: 100,
      query: { term: { 'labels.tenant': someTenant(run) } },
      ...NEWEST,
    }),
  },
]

function someTenant(run: number): string {
  return tenant(TENANT_RANKS[run % TENANT_RANKS.length] ?? 0)
}

/** What the values of a record are counted by; ids have no facets. */
const FACET_FIELDS = Object.entries(FIELDS)
  .filter(([, { role, type }]: [string, FieldDefinition]) => isFacet(role, type))
  .map(([name]) => name)

function isFacet(role: FieldDefinition['role'], type: FieldDefinition['type']): boolean {
  const counted = ['keyword', 'keywords', 'boolean', 'long']
  return (role === 'cause' || role === 'symptom') && counted.includes(type)
}

/** Counts of the values of fields. */
function facets(fields: readonly string[] = FACET_FIELDS): Body {
  return Object.fromEntries(fields.map((field) => [field, { terms: { field, size: 10 } }]))
}

const FACETS: Query = {
  name: `facets of all ${FACET_FIELDS.length} fields, one day`,
  targetMs: 500,
  body: (_run, { dayMs }) => ({
    size: 0,
    query: {
      range: { '@timestamp': { gte: dayMs, lt: dayMs + DAY_MS, format: 'epoch_millis' } },
    },
    aggs: facets(),
  }),
}

/** The queries of which a speed is promised. */
export const QUERIES: readonly Query[] = [
  ...SEED,
  ...RECORDS,
  ...WORD_QUERIES,
  FACETS,
  ...LABEL_QUERIES,
]

/** What takes long: whole months of records, percentiles of every user, scans of texts. */
export const HEAVY_BODIES: readonly Body[] = [
  LATENCY,
  COSTS,
  { size: 0, aggs: facets(['model', 'user_id', 'app', 'release', 'error_pattern', 'outcome']) },
  {
    size: 0,
    aggs: {
      users: {
        terms: { field: 'user_id', size: 50 },
        aggs: { latency: { percentiles: { field: 'latency_ms' } } },
      },
    },
  },
  { size: 100, query: { match_phrase: { prompt: 'is in the' } } },
  { size: 100, query: { wildcard: { prompt: '*olog*' } } },
]
