import { z } from 'zod'

const port = z.number().int().min(0).max(65_535)
const milliseconds = z.number().int().min(0)
const megabytes = z.number().positive()

const provider = z
  .strictObject({
    kind: z
      .literal('openai-compatible')
      .default('openai-compatible')
      .describe('wire protocol of the provider'),
    base_url: z.url().describe('address in front of `/chat/completions`, usually ending in `/v1`'),
    api_key: z
      .string()
      .optional()
      .describe('credential sent as bearer; `${NAME}` takes it from the environment'),
  })
  .describe('one upstream')

const model = z
  .strictObject({
    target: z
      .string()
      .regex(/^[^/]+\/.+$/, 'must read provider/model')
      .describe('`provider/model`: whose name is sent upstream'),
  })
  .describe('a public model name')

/** The configuration as it may stand in `bellwether.yaml`; every field has a usable default. */
export const configSchema = z.strictObject({
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
    })
    .prefault({}),
  providers: z.record(z.string().regex(/^[a-z0-9-]+$/), provider).default({}),
  models: z.record(z.string().min(1), model).default({}),
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
    })
    .prefault({}),
  search: z
    .strictObject({
      timeout_ms: milliseconds.default(30_000).describe('time limit of one search'),
      max_body_mb: megabytes.default(64).describe('largest request body, `_bulk` included'),
    })
    .prefault({}),
  log_level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least severe line that is logged'),
})

/** The configuration after parsing: every field has a value. */
export type Config = z.output<typeof configSchema>
