import { expect } from 'vitest'
import { type CallerForm, callAs, providerOf } from './caller-forms.ts'
import { defaultAnswer } from './provider-answers.ts'
import type { ClosedCall, RelayBench } from './relay-fixture.ts'

/** The id of an answer, which its record has too. */
export function requestIdOf(response: Response): string {
  return response.headers.get('x-request-id') ?? ''
}

/** Expects that a call has exactly one closed record, and that it looks like `expected`. */
export async function expectClosed(
  bench: RelayBench,
  requestId: string,
  expected: object,
): Promise<ClosedCall> {
  expect(requestId).toMatch(/^req_[0-9A-Z]{26}$/)
  const closed = await bench.closed(requestId)
  expect(closed.record).toMatchObject(expected)
  const entries = await bench.entries()
  const closes = entries.filter(
    ({ kind, record }) => kind === 'close' && record.request_id === requestId,
  )
  expect(closes).toHaveLength(1)
  return closed
}

/** Expects that nothing is under way and no connection is open but those kept for the next call. */
export async function expectIdle(bench: RelayBench, keptConnections = 1): Promise<void> {
  await expect
    .poll(() => bench.page('/metrics'), { timeout: 5_000 })
    .toMatch(/^bellwether_relay_in_flight_calls 0$/m)
  expect(bench.relay.inFlight()).toHaveLength(0)
  for (const provider of Object.values(bench.providers)) {
    await expect
      .poll(() => provider.connections(), { timeout: 5_000 })
      .toBeLessThanOrEqual(keptConnections)
  }
}

/** Expects that the next call of the same form is answered well by a provider that is well again. */
export async function expectServing(bench: RelayBench, form: CallerForm): Promise<void> {
  providerOf(bench, form).answer = defaultAnswer(form.protocol)
  const response = await callAs(bench, form)
  const text = await response.text()
  expect([response.status, text]).toEqual([200, goodText(form)])
}

/** What a caller of a form gets of a good answer in his own protocol. */
export function goodText({ stream, wire, protocol }: CallerForm): string {
  if (!stream) return JSON.stringify(wire.whole)
  // nobody has asked for the chunk with the usage
  const events = wire.events.filter((each) => protocol !== 'openai' || !each.includes('"usage"'))
  return events.join('')
}
