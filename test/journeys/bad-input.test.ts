import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { postChat } from '../support/chat.ts'
import { pollUntil } from '../support/poll-until.ts'
import { recordOf, search } from '../support/search.ts'

const FIRST_BYTE_MS = 400

/** Longer than a caller waits who leaves, shorter than the relay waits. */
const SLOW_MS = FIRST_BYTE_MS / 2

let server: Bellwether
let hanging: Server
let slow: Server

beforeAll(async () => {
  // takes every request and never answers
  hanging = createServer(() => {})
  const port = await listen(hanging)
  slow = createServer((_, response) => {
    setTimeout(() => {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } }),
      )
    }, SLOW_MS)
  })
  const slowPort = await listen(slow)
  const closed = createServer()
  const freePort = await listen(closed)
  closed.close()
  server = await startBellwether({
    config: {
      providers: {
        down: { base_url: `http://127.0.0.1:${freePort}/v1` },
        hanging: { base_url: `http://127.0.0.1:${port}/v1` },
        slow: { base_url: `http://127.0.0.1:${slowPort}/v1` },
      },
      models: {
        'down-model': { target: 'down/some-model' },
        'hanging-model': { target: 'hanging/some-model' },
        'slow-model': { target: 'slow/some-model' },
      },
      relay: { timeouts: { first_byte_ms: FIRST_BYTE_MS } },
    },
  })
})
afterAll(async () => {
  await stopAllBellwethers()
  for (const each of [hanging, slow]) {
    each.closeAllConnections()
    each.close()
  }
})

async function listen(some: Server): Promise<number> {
  await new Promise<void>((resolve) => some.listen(0, '127.0.0.1', resolve))
  return (some.address() as AddressInfo).port
}

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }]

const CASES = [
  {
    what: 'malformed JSON',
    body: '{"model":"down-model","messages":[',
    status: 400,
    outcome: 'bad_request',
  },
  {
    what: 'a body without a model',
    body: { messages: MESSAGES },
    status: 400,
    outcome: 'bad_request',
  },
  {
    what: 'an unknown model',
    body: { model: 'gpt-99', messages: MESSAGES },
    status: 404,
    outcome: 'refused_model',
  },
  {
    what: 'a provider that is down',
    body: { model: 'down-model', messages: MESSAGES },
    status: 502,
    outcome: 'upstream_error',
  },
  {
    what: 'a provider that hangs',
    body: { model: 'hanging-model', messages: MESSAGES },
    status: 504,
    outcome: 'timeout',
  },
  {
    what: 'a provider that hangs on a stream',
    body: { model: 'hanging-model', messages: MESSAGES, stream: true },
    status: 504,
    outcome: 'timeout',
  },
]

it.each(CASES)(
  'answers $what with $status in the shape of OpenAI, and a closed record',
  async (given) => {
    const response = await postChat(server.relay, { key: server.key, body: given.body })
    expect(response.status).toBe(given.status)
    expect(await response.json()).toEqual({
      error: expect.objectContaining({ message: expect.any(String), type: expect.any(String) }),
    })
    const record = await recordOf(server.search, response.headers.get('x-request-id')!)
    expect(record).toMatchObject({ outcome: given.outcome, status_code: given.status })
    expect(record.error_message).toEqual(expect.any(String))
  },
)

const KEYS = [
  ['no key', undefined, 'missing'],
  ['a key of another form', 'sk-1234', 'malformed'],
  ['an unknown key', `hss_${'a'.repeat(40)}`, 'unknown'],
] as const

it.each(KEYS)('refuses %s with 401 and says why', async (_, key) => {
  const body = { model: 'down-model', messages: MESSAGES }
  const response = await postChat(server.relay, { key, body })
  expect(response.status).toBe(401)
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  expect(error.code).toBe('invalid_api_key')
  const record = await recordOf(server.search, response.headers.get('x-request-id')!)
  expect(record).toMatchObject({ outcome: 'refused_auth', status_code: 401 })
  if (key !== undefined) expect(JSON.stringify(record)).not.toContain(key)
})

it('refuses each of the three for another reason', async () => {
  const messages = await Promise.all(
    KEYS.map(async ([, key]) => {
      const response = await postChat(server.relay, { key, body: {} })
      return ((await response.json()) as { error: { message: string } }).error.message
    }),
  )
  expect(new Set(messages).size).toBe(KEYS.length)
})

it('gives errors the official SDK understands', async () => {
  const client = new OpenAI({ baseURL: `${server.relay}/v1`, apiKey: 'wrong', maxRetries: 0 })
  const attempt = client.chat.completions.create({ model: 'down-model', messages: MESSAGES })
  await expect(attempt).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  await expect(attempt).rejects.toMatchObject({ requestID: expect.stringMatching(/^req_/) })
})

it('records a caller who leaves before the answer, with what the call has used', async () => {
  const leaving = new AbortController()
  const marker = `leaver-${process.pid}`
  const attempt = postChat(server.relay, {
    key: server.key,
    body: { model: 'slow-model', messages: MESSAGES },
    headers: { 'x-holysheep-trace-id': marker },
    signal: leaving.signal,
  })
  setTimeout(() => leaving.abort(), SLOW_MS / 2)
  await expect(attempt).rejects.toThrow()
  const record = await pollUntil('the record of the caller who left', async () => {
    const { hits } = await search(server.search, { query: { term: { trace_id: marker } } })
    return hits.hits[0]?._source
  })
  expect(record).toMatchObject({
    outcome: 'client_closed',
    status_code: 499,
    tokens_used: 9,
  })
})

it('keeps serving after all of this', async () => {
  expect((await fetch(`${server.relay}/healthz`)).status).toBe(200)
  expect((await fetch(`${server.search}/`)).status).toBe(200)
})
