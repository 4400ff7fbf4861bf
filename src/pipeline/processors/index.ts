import type { Processor } from '../pipeline-event.ts'
import { createCost, type PriceOf } from './cost.ts'
import { error } from './error.ts'
import { createLatencyBucket } from './latency-bucket.ts'
import { normalise } from './normalise.ts'
import { parseTime } from './parse-time.ts'
import { texts } from './texts.ts'

export interface ProcessorSettings {
  readonly latencyBucketsMs: readonly [number, number, number]
  readonly priceOf: PriceOf
}

/** Returns the processors in the order in which a record passes them. */
export function processors(settings: ProcessorSettings): readonly Processor[] {
  return [
    parseTime,
    normalise,
    createCost(settings.priceOf),
    createLatencyBucket(settings.latencyBucketsMs),
    error,
    texts,
  ]
}
