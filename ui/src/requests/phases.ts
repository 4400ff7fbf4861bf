import type { CallSource } from '../api/elastic.ts'
import { number } from './call-row.ts'

type PhaseName = 'relay' | 'connect' | 'wait' | 'stream'

export interface Phase {
  readonly name: PhaseName
  readonly ms: number
}

/**
 * Splits a call's latency into phases that add up to it: the relay's own work, connecting,
 * waiting for the first byte, answering. Empty when nothing was measured.
 */
export function phasesOf(record: CallSource): Phase[] {
  const total = number(record.latency_ms)
  if (total === undefined || total <= 0) return []
  const relay = Math.min(number(record.overhead_ms) ?? 0, total)
  const connect = Math.min(number(record.connect_ms) ?? 0, total - relay)
  const firstByte = number(record.first_byte_ms)
  const stream = Math.min(
    number(record.stream_ms) ?? (firstByte === undefined ? 0 : total - firstByte),
    total - relay - connect,
  )
  const phases: Phase[] = [
    { name: 'relay', ms: relay },
    { name: 'connect', ms: connect },
    { name: 'wait', ms: total - relay - connect - stream },
    { name: 'stream', ms: stream },
  ]
  return phases.filter(({ ms }) => ms > 0)
}
