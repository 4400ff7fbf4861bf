import { afterAll, beforeAll, expect, it } from 'vitest'
import { SIMULATION_FIELD, type Simulation } from '../playbook/index.ts'
import type { Running } from './running.ts'
import { startSimulator } from './simulator.ts'

let simulator: Running
beforeAll(async () => {
  simulator = await startSimulator({ port: 0 })
})
afterAll(() => simulator.stop(1_000))

function call(simulation: Simulation | undefined, body: object = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${simulator.ports.simulator}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'deepseek-v3.2',
      messages: [{ role: 'user', content: 'Câu hỏi đầu tiên. Câu hỏi thứ hai?' }],
      ...(simulation !== undefined && {
        metadata: { [SIMULATION_FIELD]: JSON.stringify(simulation) },
      }),
      ...body,
    }),
  })
}

const fast = { speed: 1_000, promptTokens: 374, completionTokens: 44 }

it('answers with the token counts it is asked for, in a text of that length', async () => {
  const answer = await (await call(fast)).json()
  expect(answer).toMatchObject({
    model: 'deepseek-v3.2',
    usage: { prompt_tokens: 374, completion_tokens: 44, total_tokens: 418 },
  })
  const { choices } = answer as { choices: { message: { content: string } }[] }
  expect(choices[0]?.message.content).toHaveLength(44 * 4)
  expect(choices[0]?.message.content).toContain('Câu hỏi thứ hai?')
})

it('streams with usage when it is asked for', async () => {
  const body = { stream: true, stream_options: { include_usage: true } }
  const text = await (await call(fast, body)).text()
  expect(text).toContain('"prompt_tokens":374,"completion_tokens":44')
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
})

it('takes the time of a real provider without being told a speed', async () => {
  const startMs = performance.now()
  await (await call(undefined)).text()
  expect(performance.now() - startMs).toBeGreaterThan(250)
})

it.each([
  ['rate_limit', 429],
  ['server_error', 500],
  ['overloaded', 503],
] as const)('fails with %s as a provider does', async (fault, status) => {
  const response = await call({ ...fast, fault })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } })
})

it('cuts an answer off before it began', async () => {
  await expect(call({ ...fast, fault: 'cut' })).rejects.toThrow()
})

it('cuts a stream off in the middle', async () => {
  const response = await call({ ...fast, fault: 'cut' }, { stream: true })
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
})

it('ignores steering it cannot read', async () => {
  const response = await call(undefined, { metadata: { [SIMULATION_FIELD]: '{broken' } })
  expect(response.status).toBe(200)
})
