import { z } from 'zod'

const port = z.number().int().min(0).max(65_535)
const milliseconds = z.number().int().min(0)
const megabytes = z.number().positive()
const days = z.number().int().min(1)

const provider = z
  .strictObject({
    kind: z
      .enum(['openai', 'anthropic', 'google', 'deepseek', 'azure', 'openai-compatible'])
      .default('openai-compatible')
      .describe('whose protocol and address it is'),
    base_url: z
      .url()
      .optional()
      .describe("address; default: the kind's own. `azure` and `openai-compatible` need one"),
    api_key: z
      .string()
      .optional()
      .describe('credential, sent as the kind wants it; `${NAME}` takes it from the environment'),
    api_version: z
      .string()
      .optional()
      .describe("Azure's `api-version`: with it deployments are called, without it the v1 API"),
  })
  .refine(
    ({ kind, base_url }) =>
      base_url !== undefined || (kind !== 'azure' && kind !== 'openai-compatible'),
    { path: ['base_url'], message: 'is needed for this kind of provider' },
  )
  .describe('one upstream')

const targetName = z.string().regex(/^[^/]+\/.+$/, 'must read provider/model')

const target = z.strictObject({
  target: targetName.describe('`provider/model`: whose name is sent upstream'),
  weight: z.number().positive().default(1).describe('share of the calls of its priority'),
  priority: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('targets of the lowest number are called, the next when those have failed'),
})

const limit = z.number().int().positive().optional()

const limits = z.strictObject({
  requests_per_minute: limit.describe('calls a minute'),
  tokens_per_minute: limit.describe('tokens a minute, prompt and answer'),
  concurrent: limit.describe('calls under way at once'),
})

const model = z
  .strictObject({
    target: targetName.optional().describe('the only target, or the first of all'),
    targets: z.array(target).default([]).describe('targets with weights and priorities'),
    hedge: z
      .strictObject({
        after_ms: milliseconds
          .optional()
          .describe('fixed wait; default: the 95th percentile of the time to the first byte'),
      })
      .optional()
      .describe('call a second target when the first is slow to begin; costs both'),
    cache: z
      .strictObject({
        ttl_s: z.number().int().positive().default(300).describe('seconds an answer is repeated'),
      })
      .optional()
      .describe('answer the same request of the same team from memory'),
    limits: limits.optional().describe('limits of this model over all keys'),
  })
  .refine(({ target: only, targets }) => only !== undefined || targets.length > 0, {
    path: ['target'],
    message: 'a model needs a target',
  })
  .describe('a public model name')

const node = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !URL.canParse(url) || hasNoCredentials(new URL(url)), {
    message: 'must not hold credentials: they belong into `elasticsearch.auth`',
  })

function hasNoCredentials({ username, password }: URL): boolean {
  return username === '' && password === ''
}

const indexPart = z.string().regex(/^holysheep-[a-z0-9][a-z0-9._-]*$/, 'must read holysheep-NAME')
const setUpName = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be a lower-case name')

const elasticsearch = z.strictObject({
  nodes: z.array(node).default([]).describe('addresses of the cluster; needed for its engines'),
  auth: z
    .strictObject({
      username: z.string().min(1).optional().describe('with `password`: basic authentication'),
      password: z.string().optional().describe('`${NAME}` takes it from the environment'),
      api_key: z.string().min(1).optional().describe('encoded API key, instead of both'),
    })
    .refine(
      ({ username, password, api_key }) =>
        (username === undefined) === (password === undefined) &&
        (username === undefined || api_key === undefined),
      { message: 'takes `username` and `password`, or `api_key`' },
    )
    .prefault({}),
  ca_file: z.string().optional().describe('certificates (PEM) that sign those of the nodes'),
  tls_verify: z.boolean().default(true).describe('refuse nodes whose certificate is not valid'),
  index_prefix: indexPart
    .default('holysheep-requests')
    .describe('indices of calls; the UTC day `-YYYY.MM.dd` follows'),
  template_name: setUpName.default('holysheep-template').describe('index template that is put'),
  policy_name: setUpName.default('holysheep-logs-policy').describe('lifecycle policy that is put'),
  shards: z.number().int().min(1).default(1).describe('primary shards of an index'),
  replicas: z.number().int().min(0).default(0).describe('copies of each shard'),
  retention_days: z
    .number()
    .int()
    .min(0)
    .default(30)
    .describe('age at which an index of a day is deleted; 0 keeps all'),
  batch_documents: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(2_000)
    .describe('records in one `_bulk` at most'),
  batch_mb: megabytes
    .max(50)
    .default(4)
    .describe('size of one `_bulk` at most, before it is packed'),
  compression: z.boolean().default(true).describe('pack what is sent with gzip'),
  timeout_ms: z.number().int().min(1_000).default(60_000).describe('longest wait for an answer'),
})

const settings = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address of the relay'),
      relay: port.default(8080).describe('port of the relay'),
      console: port.default(5601).describe('port of the console, loopback only'),
      search: port.default(9200).describe('port of the Elasticsearch API, loopback only'),
    })
    .prefault({}),
  journal: z
    .strictObject({
      sync_ms: milliseconds.default(10).describe('longest wait before a group is synced to disk'),
      segment_mb: megabytes.default(64).describe('size at which a segment is closed'),
      max_gb: z.number().positive().default(20).describe('size at which appends are refused'),
      memory_mb: megabytes
        .default(64)
        .describe('records held in memory while the disk refuses writes'),
    })
    .prefault({}),
  relay: z
    .strictObject({
      max_body_mb: megabytes.default(50).describe('largest request body'),
      log_bodies: z
        .enum(['all', 'errors', 'none'])
        .default('all')
        .describe('whose request and response bodies are recorded'),
      max_stored_body_kb: z
        .number()
        .int()
        .positive()
        .default(256)
        .describe('bytes kept of each body, the rest is cut and marked'),
      timeouts: z
        .strictObject({
          connect_ms: milliseconds.default(5_000).describe('to connect to the provider'),
          first_byte_ms: milliseconds.default(120_000).describe('until the answer begins'),
          idle_ms: milliseconds.default(60_000).describe('between two chunks of an answer'),
          total_ms: milliseconds.default(600_000).describe('for the whole call'),
        })
        .prefault({}),
      retry: z
        .strictObject({
          attempts: z
            .number()
            .int()
            .min(1)
            .default(3)
            .describe('attempts at the targets of one priority, before the next'),
          total_ms: milliseconds
            .default(30_000)
            .describe('no further attempt begins later than this after admission'),
          base_ms: milliseconds.default(200).describe('first pause; doubled with each retry'),
          max_ms: milliseconds.default(5_000).describe('longest pause, of `retry-after` too'),
          budget_percent: z
            .number()
            .min(0)
            .default(20)
            .describe('retries at one provider, in percent of its calls; ten a second are free'),
        })
        .prefault({}),
      breaker: z
        .strictObject({
          failure_percent: z
            .number()
            .min(1)
            .max(101)
            .default(50)
            .describe('share of failures in 30 s from which a target is left alone; 101: never'),
          min_calls: z.number().int().min(1).default(10).describe('calls in 30 s before it counts'),
          open_ms: milliseconds.default(10_000).describe('pause before a target is tried again'),
        })
        .prefault({}),
      drop_unsupported: z
        .boolean()
        .default(false)
        .describe('drop what has no equivalent at the target instead of refusing the call'),
      cache: z
        .strictObject({
          max_mb: megabytes.default(64).describe('memory of cached answers'),
          max_ttl_s: z
            .number()
            .int()
            .positive()
            .default(3_600)
            .describe('longest time that a caller may ask for'),
        })
        .prefault({}),
      idempotency: z
        .strictObject({
          max_mb: megabytes.default(32).describe('memory of answers kept for `Idempotency-Key`'),
          ttl_s: z.number().int().positive().default(86_400).describe('seconds they are kept'),
        })
        .prefault({}),
    })
    .prefault({}),
  providers: z.record(z.string().regex(/^[a-z0-9-]+$/), provider).default({}),
  models: z.record(z.string().min(1), model).default({}),
  limits: z
    .strictObject({
      each_key: limits.prefault({}).describe('limits of every key without limits of its own'),
      teams: z.record(z.string().min(1), limits).default({}),
    })
    .prefault({}),
  prices: z
    .record(
      z.string(),
      z.strictObject({
        input_usd_per_million: z.number().min(0).describe('prompt tokens'),
        cached_input_usd_per_million: z
          .number()
          .min(0)
          .optional()
          .describe('prompt tokens read from a cache; default: as other prompt tokens'),
        cache_write_usd_per_million: z
          .number()
          .min(0)
          .optional()
          .describe('prompt tokens written to a cache for 5 minutes; default: as others'),
        cache_write_1h_usd_per_million: z
          .number()
          .min(0)
          .optional()
          .describe('prompt tokens written to a cache for an hour; default: as for 5 minutes'),
        output_usd_per_million: z.number().min(0).describe('tokens of the answer'),
      }),
    )
    .default({})
    .describe('prices that come before the built-in book, by model name'),
  pipeline: z
    .strictObject({
      latency_buckets_ms: z
        .tuple([z.number(), z.number(), z.number()])
        .default([50, 100, 200])
        .describe(
          'exclusive upper bounds of `ultra-fast`, `fast` and `normal`; the rest is `slow`',
        ),
    })
    .prefault({}),
  store: z
    .strictObject({
      memory_mb: megabytes.default(384).describe('limit of the column engine'),
      threads: z.number().int().min(1).max(64).default(2).describe('threads of the column engine'),
      text: z
        .boolean()
        .default(true)
        .describe('index the words of prompts and answers and keep bodies'),
      seal_after_minutes: z
        .number()
        .min(1)
        .default(60)
        .describe('a past day without news for this long is sealed'),
      retention_days: days
        .optional()
        .describe('days that records stay that no lifecycle policy holds for; default: for ever'),
      bodies_days: days
        .optional()
        .describe('days that bodies stay, the columns of their records stay; default: as long'),
    })
    .prefault({}),
  disk: z
    .strictObject({
      max_gb: z
        .number()
        .positive()
        .optional()
        .describe('size of the data folder: warns at 85 %, drops the oldest day at 90 %'),
      keep_free_percent: z
        .number()
        .min(0)
        .max(99)
        .optional()
        .describe(
          'of the file system: with less the oldest day is dropped, 5 points before comes the warning; default: 10, where dropping is enough to reach it',
        ),
    })
    .prefault({}),
  snapshots: z
    .strictObject({
      paths: z
        .array(z.string().min(1))
        .default([])
        .describe('folders that snapshot repositories of type `fs` may lie in'),
      s3: z
        .strictObject({
          access_key: z.string().min(1).optional().describe('of repositories of type `s3`'),
          secret_key: z
            .string()
            .min(1)
            .optional()
            .describe('`${NAME}` takes it from the environment'),
          session_token: z.string().min(1).optional().describe('with temporary keys'),
        })
        .refine(
          ({ access_key, secret_key }) => (access_key === undefined) === (secret_key === undefined),
          { message: 'takes `access_key` and `secret_key` together' },
        )
        .prefault({}),
    })
    .prefault({}),
  search: z
    .strictObject({
      engine: z
        .enum(['embedded', 'elasticsearch', 'mirror'])
        .default('embedded')
        .describe(
          'where records are stored and searched; `mirror` fills both and searches the embedded',
        ),
      timeout_ms: milliseconds.default(30_000).describe('time limit of one search'),
      max_body_mb: megabytes.default(64).describe('largest request body, `_bulk` included'),
    })
    .prefault({}),
  elasticsearch: elasticsearch.prefault({}),
  log_level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least severe line that is logged'),
})

/** The configuration as it may stand in `bellwether.yaml`; every field has a usable default. */
export const configSchema = settings.refine(
  ({ search, elasticsearch: { nodes } }) => search.engine === 'embedded' || nodes.length > 0,
  { path: ['elasticsearch', 'nodes'], message: 'is needed for this `search.engine`' },
)

/** The configuration after parsing: every field has a value. */
export type Config = z.output<typeof configSchema>
