import { expect } from 'vitest'
import type { Bellwether } from './bellwether.ts'
import { simulationHeader } from './chat.ts'
import { pollUntil } from './poll-until.ts'
import { recordOf, search } from './search.ts'

/** A model of each provider, with the provider that serves it. */
export const SERVED = [
  ['gpt-4o', 'openai'],
  ['claude-sonnet-4-20250514', 'anthropic'],
  ['gemini-2.5-flash', 'google'],
  ['deepseek-v3.2', 'deepseek'],
] as const

export const QUESTION = 'What is the capital of France?'

/** So many failures on purpose would else open the circuit breaker of each target. */
export const PATIENT = { relay: { breaker: { failure_percent: 101 } } }

/** Makes simulated providers call the tool of this name. */
export const ASK = 'What is the weather in Paris? Use get_weather.'
export const TOOL = 'get_weather'
export const RESULT = '21 degrees and dry'

/** Makes them call two at once. */
export const ASK_TWO = 'Use get_weather and get_time.'
export const TWO_TOOLS = ['get_weather', 'get_time'] as const

/** Arguments of the tool, and a form that answers may be asked for. */
export const WEATHER = {
  type: 'object' as const,
  properties: {
    city: { type: 'string', description: 'where' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city', 'unit'],
  additionalProperties: false,
}
export const EXAMPLE = { city: 'sample city', unit: 'celsius' }

/** A picture of one pixel, as PNG in base64. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Answers at once, with token counts to recognise. */
export const QUICK = simulationHeader({ speed: 1_000, promptTokens: 374, completionTokens: 44 })

/** A stream that takes about a second. */
export const SLOW = simulationHeader({ speed: 1, promptTokens: 374, completionTokens: 60 })

/** Answers at once, at whatever length it likes. */
export const UNCOUNTED = simulationHeader({ speed: 1_000 })

export const CUT = simulationHeader({ fault: 'cut', promptTokens: 9, completionTokens: 30 })

export const RATE_LIMITED = simulationHeader({ fault: 'rate_limit' })

/** Expects that the record of an answer says who served it and what the headers say of its cost. */
export async function expectRecord(
  server: Bellwether,
  headers: Headers,
  expected: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const record = await recordOf(server.search, headers.get('x-request-id')!)
  expect(record).toMatchObject({ outcome: 'ok', status_code: 200, ...expected })
  const cost = headers.get('x-bellwether-cost-usd')
  if (cost !== null) expect(record.cost_usd).toBe(Number(cost))
  expect(headers.get('x-bellwether-provider')).toBe(record.provider)
  return record
}

/** Waits for the record of a call that left no answer behind, by the trace id it was sent with. */
export function recordOfTrace(server: Bellwether, traceId: string) {
  return pollUntil(`the record of ${traceId}`, async () => {
    const { hits } = await search(server.search, { query: { term: { trace_id: traceId } } })
    return hits.hits[0]?._source
  })
}
