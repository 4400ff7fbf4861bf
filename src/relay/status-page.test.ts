import { describe, expect, it } from 'vitest'
import type { BreakerState } from './routing/breaker.ts'
import type { HealthState } from './routing/target-health.ts'
import { type ProviderStatus, statusPage } from './status-page.ts'

function provider(state: HealthState, ...breakers: BreakerState[]): ProviderStatus {
  return {
    name: 'main',
    kind: 'openai',
    health: { state, calls: 3, errorRate: 1 / 3, p50Ms: 812.345_67, p99Ms: undefined },
    breakers: breakers.map((each, place) => ({ target: `main/m${place}`, state: each })),
  }
}

function statusOf(...providers: ProviderStatus[]) {
  return JSON.parse(statusPage(providers, 0)) as {
    status: string
    providers: { status: string }[]
  }
}

describe('the status page', () => {
  it('shows each provider with its numbers and breakers', () => {
    const page = statusPage([provider('up', 'closed')], Date.parse('2026-03-04T05:06:07Z'))
    expect(JSON.parse(page)).toEqual({
      status: 'ok',
      window_s: 300,
      providers: [
        {
          name: 'main',
          kind: 'openai',
          status: 'up',
          calls: 3,
          error_rate: 0.3333,
          p50_ms: 812.3,
          p99_ms: null,
          breakers: [{ target: 'main/m0', state: 'closed' }],
        },
      ],
      updated_at: '2026-03-04T05:06:07.000Z',
    })
  })

  it('tells anyone nothing but what is listed here', () => {
    const upstream = { baseUrl: 'https://inner.example', secrets: ['canary'] }
    const breaker = { target: 'main/m', state: 'closed' as const, upstream }
    const page = statusPage([{ ...provider('up'), ...upstream, breakers: [breaker] }], 0)
    expect(page).not.toMatch(/inner|canary/)
  })

  it.each([
    [provider('up', 'closed', 'closed'), 'up'],
    [provider('up', 'closed', 'open'), 'degraded'],
    [provider('down', 'closed', 'open'), 'down'],
    [provider('degraded', 'open', 'half_open'), 'down'],
    [provider('idle', 'open'), 'down'],
    [provider('idle', 'half_open'), 'idle'],
    [provider('idle'), 'idle'],
  ])('takes the breakers into account, case %#', (given, status) => {
    expect(statusOf(given).providers[0]?.status).toBe(status)
  })

  it.each([
    [[], 'ok'],
    [['idle', 'up'], 'ok'],
    [['up', 'degraded'], 'degraded'],
    [['up', 'down'], 'degraded'],
    [['down', 'idle'], 'down'],
    [['idle'], 'ok'],
  ] as const)('sums providers that are %j up to %s', (states, status) => {
    expect(statusOf(...states.map((state) => provider(state))).status).toBe(status)
  })
})
