import { createPriceBook } from '../../accounts/index.ts'
import { systemClock } from '../../kernel/index.ts'
import { createPipeline } from '../../pipeline/index.ts'
import type { Pipeline } from '../../record/index.ts'
import type { ThreadSettings } from './thread-settings.ts'

/** Makes the pipeline of the configuration. Every thread has its own. */
export function makePipeline({ pipeline, prices }: ThreadSettings['config']): Pipeline {
  const book = createPriceBook(prices, systemClock)
  return createPipeline({
    latencyBucketsMs: pipeline.latency_buckets_ms,
    priceOf: (provider, model, usage) => book.costNanoUsd(provider, model, usage),
  })
}
