import type { IncomingDocument } from '../../src/record/index.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const CALLS = 600

/** Three UTC days of calls with every field that the dashboards show. */
export const RANGE = {
  fromMs: Date.parse('2026-03-27T00:00:00Z'),
  toMs: Date.parse('2026-03-30T00:00:00Z') - 1,
} as const

type Source = Readonly<Record<string, unknown>>

/** Calls, each with its index and id, as Logstash or a client would send them. */
export function dashboardDocuments(): readonly IncomingDocument[] {
  return Array.from({ length: CALLS }, (_, number) => {
    const atMs = RANGE.fromMs + ((number * 7 * MINUTE_MS) % (3 * DAY_MS))
    const day = new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '.')
    return {
      index: `holysheep-requests-${day}`,
      id: `req-${number}`,
      received_ms: RANGE.toMs,
      source: callOf(number, atMs),
    }
  })
}

function callOf(number: number, atMs: number): Source {
  const status = number % 11 === 0 ? 500 : number % 13 === 0 ? 429 : 200
  const latency = 20 + ((number * 37) % 1_500)
  const prompt = 100 + (number % 400)
  const answer = number % 90
  return {
    '@timestamp': new Date(atMs).toISOString(),
    type: 'holysheep_request',
    request_id: `req-${number}`,
    model: ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4', 'deepseek-v3.2'][(number * 7) % 4],
    provider: ['openai', 'openai', 'anthropic', 'deepseek'][(number * 7) % 4],
    status_code: status,
    latency_ms: latency,
    latency_bucket:
      latency < 50 ? 'ultra-fast' : latency < 100 ? 'fast' : latency < 200 ? 'normal' : 'slow',
    first_byte_ms: latency / 2,
    fallback: number % 17 === 0,
    prompt_tokens: prompt,
    completion_tokens: answer,
    tokens_used: prompt + answer,
    team: `team-${number % 3}`,
    key_name: `key-${number % 7}`,
    // some calls name no user, and some have no price
    ...(number % 10 !== 0 && { user_id: `user-${(number * 13) % 29}` }),
    ...(number % 4 !== 0 && { cost_usd: (number % 50) / 1_000 }),
    ...(status >= 400 && {
      error_type: status === 429 ? 'rate_limit' : 'upstream',
      error_message: status === 429 ? 'too many requests' : `upstream ${number % 5} failed`,
      // what the pipeline makes of the message
      error_pattern: status === 429 ? 'too many requests' : 'upstream <*> failed',
      tags: ['error'],
    }),
  }
}
