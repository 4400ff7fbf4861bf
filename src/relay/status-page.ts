import type { BreakerState } from './routing/breaker.ts'
import { HEALTH_WINDOW_S, type HealthReading, type HealthState } from './routing/target-health.ts'

/** What the status page tells of one provider. */
export interface ProviderStatus {
  readonly name: string
  readonly kind: string
  readonly health: HealthReading
  /** Targets (`provider/model`) at this provider. */
  readonly breakers: readonly { readonly target: string; readonly state: BreakerState }[]
}

/**
 * Returns the body of `GET /api/v1/status` as JSON. Anyone may read it, so it tells neither
 * addresses nor anything of callers. A provider whose every target is left alone is `down`, with
 * one of several left alone `degraded` at best.
 *
 * @param nowMs milliseconds since 1970 UTC
 */
export function statusPage(providers: readonly ProviderStatus[], nowMs: number): string {
  const states = providers.map(stateOf)
  return JSON.stringify({
    status: overall(states),
    window_s: HEALTH_WINDOW_S,
    providers: providers.map(({ name, kind, health, breakers }, index) => ({
      name,
      kind,
      status: states[index],
      calls: health.calls,
      error_rate: rounded(health.errorRate, 10_000),
      p50_ms: rounded(health.p50Ms, 10),
      p99_ms: rounded(health.p99Ms, 10),
      breakers: breakers.map(({ target, state }) => ({ target, state })),
    })),
    updated_at: new Date(nowMs).toISOString(),
  })
}

function stateOf({ health, breakers }: ProviderStatus): HealthState {
  // a probe needs a call: without any, half-open tells of what was, not of what is
  const idle = health.state === 'idle'
  const leftAlone = breakers.filter(
    ({ state }) => state === 'open' || (state === 'half_open' && !idle),
  ).length
  if (leftAlone > 0 && leftAlone === breakers.length) return 'down'
  if (leftAlone > 0 && health.state !== 'down') return 'degraded'
  return health.state
}

function overall(states: readonly HealthState[]): 'ok' | 'degraded' | 'down' {
  const known = states.filter((state) => state !== 'idle')
  if (known.length > 0 && known.every((state) => state === 'down')) return 'down'
  return known.every((state) => state === 'up') ? 'ok' : 'degraded'
}

function rounded(value: number | undefined, perUnit: number): number | null {
  return value === undefined ? null : Math.round(value * perUnit) / perUnit
}
