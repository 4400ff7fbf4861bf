import type { Meter } from './meter.ts'
import type { Scope } from './scope.ts'

/**
 * What the scopes of a call have left, as `x-ratelimit-*` headers: names and values in turn, for
 * requests and tokens each from the scope with the least left.
 */
export function limitHeaders(scopes: readonly Scope[], nowMs: number): string[] {
  const headers: string[] = []
  addMeter(headers, 'requests', tightest(scopes, 'requests', nowMs), nowMs)
  addMeter(headers, 'tokens', tightest(scopes, 'tokens', nowMs), nowMs)
  return headers
}

type MeterName = 'requests' | 'tokens'

function tightest(scopes: readonly Scope[], name: MeterName, nowMs: number): Meter | undefined {
  let found: Meter | undefined
  for (const { [name]: meter } of scopes) {
    if (meter.limit === undefined) continue
    if (found === undefined || meter.remaining(nowMs) < found.remaining(nowMs)) found = meter
  }
  return found
}

function addMeter(
  headers: string[],
  name: MeterName,
  meter: Meter | undefined,
  nowMs: number,
): void {
  if (meter?.limit === undefined) return
  headers.push(`x-ratelimit-limit-${name}`, String(meter.limit))
  headers.push(`x-ratelimit-remaining-${name}`, String(Math.floor(meter.remaining(nowMs))))
  headers.push(`x-ratelimit-reset-${name}`, durationText(meter.spentMs(nowMs)))
}

/** A duration as OpenAI writes it: `120ms`, `1.5s`, `6m0s`, `1h0m0s`; rounded up to a millisecond. */
export function durationText(durationMs: number): string {
  const ms = Math.ceil(durationMs)
  if (ms < 1_000) return ms === 0 ? '0s' : `${ms}ms`
  const minutes = Math.floor(ms / 60_000)
  const seconds = `${(ms % 60_000) / 1_000}s`
  if (minutes === 0) return seconds
  if (minutes < 60) return `${minutes}m${seconds}`
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}
