import { existsSync } from 'node:fs'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Bellwether,
  READY_LIMIT_MS,
  runBellwether,
  startBellwether,
  stopAllBellwethers,
} from '../support/bellwether.ts'
import { postChat, quickRequest, simulationHeader } from '../support/chat.ts'
import { pollUntil } from '../support/poll-until.ts'
import { recordOf, SEARCHABLE_MS, SEARCHABLE_SLACK_MS } from '../support/search.ts'

let server: Bellwether
let client: OpenAI
beforeAll(async () => {
  server = await startBellwether()
  client = new OpenAI({ baseURL: `${server.relay}/v1`, apiKey: server.key, maxRetries: 0 })
})
afterAll(stopAllBellwethers)

const PROMPT = [{ role: 'user' as const, content: 'What is the capital of France?' }]
const QUICK = {
  headers: simulationHeader({ promptTokens: 374, completionTokens: 44, speed: 1_000 }),
}

describe('the first start', () => {
  it('is ready in time, with simulated providers, and says so', () => {
    expect(server.ready_ms).toBeLessThan(READY_LIMIT_MS)
    expect(server.simulated).toBe(true)
    expect(server.models).toContain('gpt-4o')
  })

  it('prints one usable key', async () => {
    expect(server.key).toMatch(/^hss_[0-9A-Za-z]{40}$/)
    const models = await client.models.list()
    expect(models.data.map(({ id }) => id)).toContain('claude-sonnet-4-20250514')
  })

  it('listens on loopback alone', () => {
    for (const url of [server.relay, server.console, server.search]) {
      expect(new URL(url).hostname).toBe('127.0.0.1')
    }
  })

  it('serves the console', async () => {
    const status = await fetch(`${server.console}/api/status`)
    expect(status.status).toBe(200)
    expect(await status.json()).toMatchObject({ simulated: true, relay: { up: true } })
  })

  it('is found by `bellwether status`', async () => {
    const { code, stdout } = await server.run('status', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      pid: server.pid,
      answers: { relay: true, console: true, search: true },
    })
  })
})

describe('a call with the official SDK', () => {
  it('gets its usage and a request id', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-4o', messages: PROMPT }, QUICK)
      .withResponse()
    expect(data.usage).toMatchObject({ prompt_tokens: 374, completion_tokens: 44 })
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  })

  it('gets the usage of a stream when it asks for it, and none when it does not', async () => {
    for (const asks of [true, false]) {
      const { data, response } = await client.chat.completions
        .create(
          {
            model: 'gemini-2.5-flash',
            messages: PROMPT,
            stream: true,
            ...(asks && { stream_options: { include_usage: true } }),
          },
          QUICK,
        )
        .withResponse()
      let usage: OpenAI.CompletionUsage | undefined
      let text = ''
      for await (const chunk of data) {
        usage = chunk.usage ?? usage
        text += chunk.choices[0]?.delta.content ?? ''
      }
      expect(text).toContain('capital of France')
      expect(usage?.completion_tokens).toBe(asks ? 44 : undefined)
      const record = await recordOf(server.search, response.headers.get('x-request-id')!)
      expect(record).toMatchObject({ prompt_tokens: 374, completion_tokens: 44, stream: true })
    }
  })

  it('is searchable within a second', async () => {
    const { response } = await client.chat.completions
      .create({ model: 'gpt-4o-mini', messages: PROMPT, user: 'user_7' }, QUICK)
      .withResponse()
    const answeredMs = performance.now()
    const record = await recordOf(server.search, response.headers.get('x-request-id')!)
    expect(performance.now() - answeredMs).toBeLessThan(SEARCHABLE_MS + SEARCHABLE_SLACK_MS)
    expect(record).toMatchObject({
      model: 'gpt-4o-mini',
      user_id: 'user_7',
      status_code: 200,
      outcome: 'ok',
      tokens_used: 418,
      key_name: 'first',
    })
    expect(record.cost_usd).toBeGreaterThan(0)
  })
})

describe('a second start', () => {
  it('on the same folder is refused with the pid of the first', async () => {
    const { code, stderr } = await server.run('up')
    expect(code).toBe(1)
    expect(stderr).toContain('DATA_FOLDER_IN_USE')
    expect(stderr).toContain(String(server.pid))
  })

  it('on a port that is in use names the port and the setting', async () => {
    const port = Number(new URL(server.relay).port)
    const attempt = startBellwether({ config: { listen: { relay: port, console: 0, search: 0 } } })
    await expect(attempt).rejects.toThrow(/PORT_IN_USE/)
    await expect(attempt).rejects.toThrow(new RegExp(`${port}`))
    await expect(attempt).rejects.toThrow(/listen\.relay/)
  })
})

describe('stopping and starting again', () => {
  it('lets a call in flight end, exits with 0 and keeps key and records', async () => {
    const slow = {
      headers: simulationHeader({ promptTokens: 9, completionTokens: 80, speed: 1 }),
    }
    const call = client.chat.completions
      .create({ model: 'gpt-4o', messages: PROMPT }, slow)
      .withResponse()
    await pollUntil('the call to be in flight', async () => {
      const metrics = await (await fetch(`${server.relay}/metrics`)).text()
      return /in_flight[^\n]* 1\b/.test(metrics) ? true : undefined
    })
    const stopped = server.stop('SIGTERM')
    const { data, response } = await call
    expect(data.usage?.completion_tokens).toBe(80)
    expect(await stopped).toBe(0)
    expect(existsSync(join(server.data, 'instance.json'))).toBe(false)

    const again = await startBellwether({ data: server.data })
    const record = await recordOf(again.search, response.headers.get('x-request-id')!)
    expect(record).toMatchObject({ outcome: 'ok', tokens_used: 89 })
    const answer = await postChat(again.relay, { key: server.key, body: quickRequest() })
    expect(answer.status).toBe(200)
    await again.stop()
  })

  it('prints no key the second time', async () => {
    const again = await startBellwether({ data: server.data })
    expect(server.printedKey).toBe(server.key)
    expect(again.printedKey).toBeUndefined()
    expect((await again.run('keys', 'list', '--json')).stdout).not.toContain(server.key)
    expect(await again.stop('SIGINT')).toBe(0)
  })
})

it('says what to do when nothing runs', async () => {
  const { code, stderr } = await runBellwether(['status', '--data', '/nonexistent/bellwether'])
  expect(code).toBe(1)
  expect(stderr).toContain('NOT_RUNNING')
  expect(stderr).toContain('bellwether up')
})
