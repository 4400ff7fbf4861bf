import { expect, it } from 'vitest'
import { plannedCall, type ReplayPlan, requestBody, requestHeaders } from './plan.ts'
import { SIMULATION_HEADER } from './simulation.ts'

const plan: ReplayPlan = {
  run: 'replay-test',
  trace: [
    { atMs: 0, promptTokens: 300, completionTokens: 20 },
    { atMs: 1_000, promptTokens: 20_000, completionTokens: 90 },
  ],
  passages: [
    { context: 'Paris is the capital of France. '.repeat(8), question: 'What is the capital?' },
    { context: '', question: 'How much is 6 times 7?' },
  ],
  calls: 5_000,
  speed: 10,
  streamShare: 0.4,
  errorShare: 0.1,
  seed: 7,
}
const calls = Array.from({ length: plan.calls }, (_, number) => plannedCall(plan, number))

function share(isCounted: (call: (typeof calls)[number]) => boolean): number {
  return calls.filter(isCounted).length / calls.length
}

it('plans the same call each time it is asked', () => {
  expect(plannedCall(plan, 17)).toEqual(calls[17])
  expect(requestBody(plan, calls[17]!)).toEqual(requestBody(plan, calls[17]!))
})

it('plans other calls with another seed', () => {
  expect(calls.map(({ model }) => model)).not.toEqual(
    calls.map(({ number }) => plannedCall({ ...plan, seed: 8 }, number).model),
  )
})

it('divides the recorded gaps by the speed', () => {
  expect(calls[1]?.atMs).toBe(100)
})

it('streams and fails about as often as asked', () => {
  expect(share(({ stream }) => stream)).toBeCloseTo(0.4, 1)
  expect(share(({ fault }) => fault !== undefined)).toBeCloseTo(0.1, 1)
})

it('uses all five models and all kinds of faults', () => {
  expect(new Set(calls.map(({ model }) => model)).size).toBe(5)
  expect(new Set(calls.flatMap(({ fault }) => fault ?? [])).size).toBe(4)
})

it('gives each call its own trace id, which begins with the run', () => {
  expect(new Set(calls.map(({ traceId }) => traceId)).size).toBe(calls.length)
  expect(requestHeaders(plan, calls[3]!)).toMatchObject({
    'x-holysheep-trace-id': 'replay-test-000003',
    'x-bellwether-labels': expect.stringContaining('release=replay-test'),
  })
})

it('tells the simulator the counts of the trace', () => {
  const headers = requestHeaders(plan, calls[0]!)
  expect(JSON.parse(headers[SIMULATION_HEADER]!)).toMatchObject({
    promptTokens: 300,
    completionTokens: 20,
    speed: 10,
  })
})

it('makes prompts about as long as the trace says, up to a bound', () => {
  const length = (number: number) => requestBody(plan, calls[number]!).messages[1]!.content.length
  expect(length(0)).toBeGreaterThan(1_000)
  expect(length(0)).toBeLessThan(2_000)
  expect(length(1)).toBeGreaterThan(6_000)
  expect(length(1)).toBeLessThan(7_000)
})
