import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulationHeader as steered } from '../../test/support/chat.ts'
import { SIMULATION_HEADER, type Simulation } from '../playbook/index.ts'
import type { Running } from './running.ts'
import { startSimulator } from './simulator.ts'

let simulator: Running
let url: string
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
  url = `http://127.0.0.1:${simulator.ports.simulator}`
})
afterAll(() => simulator.stop(1_000))

const CHAT = [
  ['/v1/chat/completions', { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }],
  ['/v1/responses', { model: 'gpt-4o', input: 'Hi' }],
  [
    '/v1/messages',
    { model: 'claude-x', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
  ],
  ['/v1beta/models/gemini-x:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
] as const
const OTHERS = [
  ['/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hi' }],
  ['/v1/audio/speech', { model: 'tts-1', input: 'Hi' }],
] as const

function post(
  path: string,
  body: object,
  simulation: Simulation | undefined,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(simulation !== undefined && steered(simulation)),
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })
}

describe.each([...CHAT, ...OTHERS])('at %s', (path, body) => {
  it.each([
    ['rate_limit', [429]],
    ['server_error', [500]],
    ['overloaded', [503, 529]],
  ] as const)('fails with %s as the provider does', async (fault, statuses) => {
    const response = await post(path, body, { fault })
    expect(statuses).toContain(response.status)
    expect(response.headers.get('retry-after')).toBeNull()
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } })
  })

  it('says how long to wait when it is told to', async () => {
    const response = await post(path, body, { fault: 'rate_limit', retryAfterS: 7 })
    expect(response.headers.get('retry-after')).toBe('7')
  })

  it('begins late', async () => {
    const startMs = performance.now()
    expect((await post(path, body, { speed: 1_000, firstByteMs: 300 })).status).toBe(200)
    expect(performance.now() - startMs).toBeGreaterThan(295)
  })

  it('never answers', async () => {
    const attempt = post(path, body, { fault: 'hang' }, AbortSignal.timeout(300))
    await expect(attempt).rejects.toThrow('timeout')
  })

  it('cuts an answer off before it began', async () => {
    await expect(post(path, body, { fault: 'cut' })).rejects.toThrow('fetch failed')
  })
})

describe.each(CHAT)('a text at %s', (path, body) => {
  it('is cut off amid its stream, when some words have been said', async () => {
    const [address, asked] = path.startsWith('/v1beta')
      ? [path.replace(':generateContent', ':streamGenerateContent?alt=sse'), body]
      : [path, { ...body, stream: true }]
    const simulation = { fault: 'cut', promptTokens: 9, completionTokens: 5 } as const
    const response = await post(address, asked, simulation)
    expect(response.status).toBe(200)
    let said = ''
    const read = async () => {
      const chunks = response.body!.pipeThrough(new TextDecoderStream())
      for await (const chunk of chunks) said += chunk
    }
    await expect(read()).rejects.toThrow()
    expect(said).toMatch(/"(content|delta|text)":"[^"]+"/)
  })

  it('takes the time of a real provider without being told a speed', async () => {
    const startMs = performance.now()
    expect(await (await post(path, body, undefined)).json()).toBeDefined()
    expect(performance.now() - startMs).toBeGreaterThan(250)
  })
})

it('ignores steering it cannot read', async () => {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [SIMULATION_HEADER]: '{broken' },
    body: '{"input":"Hi","model":"m"}',
  })
  expect(response.status).toBe(200)
})

it('stops while it is asked', async () => {
  const other = await startSimulator({ port: 0 })
  const hanging = fetch(`http://127.0.0.1:${other.ports.simulator}/v1/moderations`, {
    method: 'POST',
    headers: steered({ fault: 'hang' }),
  })
  const ended = expect(hanging).rejects.toThrow()
  await new Promise((resolve) => setTimeout(resolve, 100))
  await other.stop(1_000)
  await ended
})
