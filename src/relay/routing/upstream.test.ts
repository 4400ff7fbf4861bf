import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Config, isAppError, systemClock } from '../../kernel/index.ts'
import { createUpstream, sameSettings } from './upstream.ts'

type Settings = Config['providers'][string]

function upstream(settings: Partial<Settings>) {
  const whole: Settings = { kind: 'openai-compatible', ...settings }
  return createUpstream('main', whole, 1_000, systemClock)
}

function pathOf(settings: Partial<Settings>, stream = false) {
  const operation = settings.kind === 'google' ? 'generate_content' : 'chat'
  return upstream(settings).pathOf(operation, { model: 'm-1', stream })
}

describe('the path of a request', () => {
  it.each([
    ['https://a.example/v1', '/v1/chat/completions'],
    ['https://a.example/v1/', '/v1/chat/completions'],
    ['https://a.example', '/chat/completions'],
    ['https://a.example/v1?tenant=red%20one&x', '/v1/chat/completions?tenant=red%20one&x'],
  ])('keeps path and query of the base URL %s', (baseUrl, path) => {
    expect(pathOf({ base_url: baseUrl })).toBe(path)
  })

  it("joins the base URL's query with the one of the protocol", () => {
    const baseUrl = 'https://a.example/v1beta?tenant=red'
    expect(pathOf({ kind: 'google', base_url: baseUrl }, true)).toBe(
      '/v1beta/models/m-1:streamGenerateContent?alt=sse&tenant=red',
    )
    expect(pathOf({ kind: 'google', base_url: baseUrl })).toBe(
      '/v1beta/models/m-1:generateContent?tenant=red',
    )
  })

  it('names a parameter once, as the settings say', () => {
    const settings = { kind: 'azure', api_version: '2024-10-21' } as const
    const baseUrl = 'https://a.example/openai?api-version=2023-05-15&tenant=red'
    expect(pathOf({ ...settings, base_url: baseUrl })).toBe(
      '/openai/deployments/m-1/chat/completions?api-version=2024-10-21&tenant=red',
    )
  })

  it("is below the kind's own address when the settings name none", () => {
    const deepseek = upstream({ kind: 'deepseek' })
    expect(deepseek.kind).toBe('deepseek')
    expect(deepseek.pathOf('chat', { model: 'm-1', stream: false })).toBe('/chat/completions')
    expect(deepseek.pathOf('embeddings', { model: 'm-1', stream: false })).toBeUndefined()
  })

  it('cannot be known without any address, which is an error of the configuration', () => {
    let thrown: unknown
    try {
      upstream({})
    } catch (error) {
      thrown = error
    }
    expect(isAppError(thrown, 'CONFIG_INVALID')).toBe(true)
  })
})

describe('the credential', () => {
  it("goes into the kind's own header", () => {
    const { fixedHeaders, defaultHeaders } = upstream({ kind: 'anthropic', api_key: 'k-1' })
    expect(fixedHeaders).toEqual(['accept-encoding', 'identity', 'x-api-key', 'k-1'])
    expect(defaultHeaders).toEqual(['anthropic-version', '2023-06-01'])
  })

  it('may stand in the base URL, unless there is a key', () => {
    const base_url = 'https://us%40er:p%3Aw@a.example/v1'
    const basic = Buffer.from('us@er:p:w').toString('base64')
    expect(upstream({ base_url }).fixedHeaders).toContain(`Basic ${basic}`)
    const withKey = upstream({ base_url, api_key: 'k-1' }).fixedHeaders
    expect(withKey).toContain('Bearer k-1')
    expect(withKey.join()).not.toContain('Basic')
  })

  it('is sent as it is written when it is wrongly encoded', () => {
    const basic = Buffer.from('a%zz:%').toString('base64')
    expect(upstream({ base_url: 'https://a%zz:%@a.example' }).fixedHeaders).toContain(
      `Basic ${basic}`,
    )
  })

  it('is secret in every form it is sent in', () => {
    const base_url = 'https://user:p%3Aw@a.example/v1?api_key=in-query&tenant=red'
    expect(upstream({ base_url, api_key: 'k-1' }).secrets).toEqual([
      'k-1',
      'p%3Aw',
      'p:w',
      Buffer.from('user:p:w').toString('base64'),
      'in-query',
    ])
    expect(upstream({ base_url: 'https://only-token@a.example' }).secrets).toContain('only-token')
    expect(upstream({ base_url: 'https://a.example', api_key: '' }).secrets).toEqual([])
  })
})

describe('settings of a new configuration', () => {
  const settings: Settings = { kind: 'azure', base_url: 'https://a.example', api_key: 'k-1' }

  it('that say the same keep the connections', () => {
    expect(sameSettings(settings, { ...settings })).toBe(true)
  })

  it.each([
    { api_key: 'k-2' },
    { base_url: 'https://b.example' },
    { kind: 'openai' as const },
    { api_version: '2024-10-21' },
  ])('that say %j do not', (change) => {
    expect(sameSettings(settings, { ...settings, ...change })).toBe(false)
  })
})

it('lets calls under way end when it is closed', async () => {
  const server = createServer((_, response) => {
    setTimeout(() => response.end('late'), 100)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { pool } = upstream({ base_url })
  const answer = pool.request({ path: '/', method: 'GET' })
  const closed = pool.close()
  expect(await (await answer).body.text()).toBe('late')
  await closed
  server.close()
})
