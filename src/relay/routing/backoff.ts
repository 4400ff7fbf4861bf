import type { Config } from '../../kernel/index.ts'
import type { AnswerHeaders } from '../providers/provider.ts'
import { singleHeader } from './attempt.ts'

type Pauses = Pick<Config['relay']['retry'], 'base_ms' | 'max_ms'>

/** A wait of more than a day is a mistake. Azure names exactly one where a daily quota is used. */
const MAX_WAIT_MS = 86_400_000

/** Beyond this many doublings every pause has reached its limit. */
const MAX_DOUBLINGS = 50

/** A quota error of Google's has three details; more than this is not one. */
const MAX_DETAILS = 20

const DECIMAL = /^\d{1,12}(?:\.\d{1,12})?$/
const DURATION = /^(\d{1,12}(?:\.\d{1,12})?)s$/

/**
 * Returns the ms to wait before retry number `retry`, from 1: any time up to `base_ms` doubled
 * with each retry, at most `max_ms`. That much chance spreads callers that failed together.
 */
export function backoffMs(retry: number, settings: Pauses, random: () => number): number {
  const doublings = Math.min(retry - 1, MAX_DOUBLINGS)
  return random() * Math.min(settings.max_ms, settings.base_ms * 2 ** doublings)
}

/**
 * Reads how many ms a provider asks to be left alone: `retry-after-ms`, else `retry-after` in
 * seconds or as an HTTP date. Undefined when there is none, it is past, or makes no sense.
 *
 * @param nowMs milliseconds since 1970 UTC
 */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number): number | undefined {
  const inMs = decimal(singleHeader(headers, 'retry-after-ms'))
  if (inMs !== undefined) return sensible(inMs)
  const retryAfter = singleHeader(headers, 'retry-after')
  const seconds = decimal(retryAfter)
  if (seconds !== undefined) return sensible(seconds * 1_000)
  // without the check `Date.parse` reads `-5` and `soon 3` as dates
  if (retryAfter === undefined || !retryAfter.trim().endsWith(' GMT')) return undefined
  return sensible(Date.parse(retryAfter) - nowMs)
}

/**
 * Reads the ms that Google asks to be left alone, which it says in the parsed body of an error
 * (`error.details[].retryDelay`, `"12s"`). Undefined as for `retryAfterMs`. Never throws.
 */
export function retryDelayMs(body: unknown): number | undefined {
  // without SSE a stream of Google's is an array, also of one error
  const { error } = fields(Array.isArray(body) ? body[0] : body)
  const { details } = fields(error)
  if (!Array.isArray(details)) return undefined
  for (const detail of details.slice(0, MAX_DETAILS)) {
    const { retryDelay } = fields(detail)
    const seconds = typeof retryDelay === 'string' ? DURATION.exec(retryDelay)?.[1] : undefined
    if (seconds !== undefined) return sensible(Number(seconds) * 1_000)
  }
  return undefined
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function decimal(text: string | undefined): number | undefined {
  const trimmed = text?.trim()
  return trimmed !== undefined && DECIMAL.test(trimmed) ? Number(trimmed) : undefined
}

function sensible(ms: number): number | undefined {
  return ms >= 0 && ms <= MAX_WAIT_MS ? ms : undefined
}
