import { type Processor, withFields } from '../pipeline-event.ts'

const NAMES = ['ultra-fast', 'fast', 'normal'] as const

/**
 * Makes the processor that adds `latency_bucket`. `boundsMs` are exclusive: with 50, a call of
 * 50 ms is already `fast`. Without a latency there is no bucket.
 */
export function createLatencyBucket(boundsMs: readonly [number, number, number]): Processor {
  return {
    name: 'latency-bucket',
    process(event) {
      const latencyMs = event.record.latency_ms
      if (latencyMs === undefined || event.record.latency_bucket !== undefined) return event
      const place = boundsMs.findIndex((boundMs) => latencyMs < boundMs)
      return withFields(event, { latency_bucket: NAMES[place] ?? 'slow' })
    },
  }
}
