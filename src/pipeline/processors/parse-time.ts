import { type PipelineEvent, type Processor, withFields } from '../pipeline-event.ts'
import { withTag } from './tags.ts'

const EARLIEST_MS = Date.UTC(2000, 0, 1)
const LATEST_MS = Date.UTC(2100, 0, 1)

/** Names under which senders give the time, best first. */
const TIME_NAMES = ['@timestamp', 'timestamp', 'time', 'ts', 'created'] as const

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * Sets `@timestamp`: ISO 8601 (without a zone it is UTC), or Unix time in s, ms, us or ns told
 * apart by size. A time that is absent or out of 2000 to 2100 becomes the time of arrival with the
 * tag `_timeparsefailure`.
 */
export const parseTime: Processor = {
  name: 'parse-time',
  process(event: PipelineEvent) {
    if (event.document === undefined) return event
    const { source, received_ms } = event.document
    const given = TIME_NAMES.map((name) => source[name]).find((value) => value !== undefined)
    const ms = toMilliseconds(given)
    if (ms !== undefined && ms >= EARLIEST_MS && ms < LATEST_MS) {
      return withFields(event, { '@timestamp': ms })
    }
    return withTag(withFields(event, { '@timestamp': received_ms }), '_timeparsefailure')
  },
}

function toMilliseconds(value: unknown): number | undefined {
  if (typeof value === 'number') return fromUnix(value)
  if (typeof value !== 'string') return undefined
  if (/^\d+(?:\.\d+)?$/.test(value)) return fromUnix(Number(value))
  const match = ISO.exec(value.trim())
  if (match === null) return undefined
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = match
  const seconds = time.length === 5 ? `${time}:00` : time
  const zoneWithColon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const ms = Date.parse(`${day}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${zoneWithColon}`)
  return Number.isNaN(ms) ? undefined : ms
}

/** Seconds of the year 2100 are below 1e10, milliseconds below 1e13, microseconds below 1e16. */
function fromUnix(value: number): number {
  if (value < 1e10) return Math.floor(value * 1e3)
  if (value < 1e13) return Math.floor(value)
  if (value < 1e16) return Math.floor(value / 1e3)
  return Math.floor(value / 1e6)
}
