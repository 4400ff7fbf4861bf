import { expect, it } from 'vitest'
import { configSchema } from '../kernel/config-schema.ts'
import { configChange } from './config-change.ts'

const started = configSchema.parse({ listen: { relay: 1 }, prices: {} })

it('takes models, providers, limits and the relay from the new configuration', () => {
  const next = configSchema.parse({
    listen: { relay: 1 },
    models: { fast: { target: 'openai/gpt-4o' } },
    limits: { each_key: { concurrent: 2 } },
    relay: { timeouts: { idle_ms: 5 } },
  })
  expect(configChange(started, next)).toEqual({ config: next, needsRestart: [] })
})

it('keeps what cannot change and names it as it stands in the file', () => {
  const next = configSchema.parse({
    listen: { relay: 2, host: '0.0.0.0' },
    store: { text: false },
    pipeline: { latency_buckets_ms: [1, 2, 3] },
    prices: { 'gpt-4o': { input_usd_per_million: 1, output_usd_per_million: 2 } },
    log_level: 'debug',
  })
  const { config, needsRestart } = configChange(started, next)
  expect(config).toEqual({ ...started, log_level: 'debug' })
  expect(needsRestart).toEqual([
    'listen.host',
    'listen.relay',
    'store.text',
    'pipeline.latency_buckets_ms',
    'prices.gpt-4o',
  ])
})
