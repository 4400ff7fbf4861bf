import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../accounts/index.ts'
import { createLogger } from '../kernel/index.ts'
import { answerUsage, isUsagePath, type UsageRow, type UsageSource } from './usage-endpoint.ts'

const NOW_MS = Date.parse('2027-03-10T15:00:00Z')

const ROW: UsageRow = {
  date: '2027-03-10',
  model: 'small',
  requests: 2,
  errors: 1,
  prompt_tokens: 20,
  completion_tokens: 10,
  total_tokens: 30,
  cost_usd: 0.000_003_3,
}

const PERIOD = {
  requests: 2,
  errors: 1,
  total_tokens: 30,
  cost_usd: 0.000_003_3,
  latency_p50_ms: 100,
  latency_p95_ms: null,
}

let folder: string
let accounts: Accounts
let server: Server
let url: string
let secret: string
let keyId: string
let source: UsageSource | undefined
/** What the source was asked for. */
let asked: readonly [keyId: string, from: string, to: string] | undefined

const working: UsageSource = {
  async usage(id, fromMs, toMs) {
    asked = [id, new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
    return [ROW]
  },
  async stats(id) {
    asked = [id, '', '']
    return { today: PERIOD, last_7_days: PERIOD, last_30_days: PERIOD }
  },
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-usage-endpoint-'))
  const clock = { nowMs: () => NOW_MS, monotonicMs: () => performance.now() }
  accounts = openAccounts(join(folder, 'accounts.db'), clock)
  const made = accounts.keys.create({ name: 'shop' })
  secret = made.secret
  keyId = made.key.id
  const logger = createLogger({ process: 'test', level: 'silent' })
  const services = { keys: accounts.keys, clock, logger }
  server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    answerUsage(services, source, request, response, path)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  source = working
  asked = undefined
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  accounts.close()
  rmSync(folder, { recursive: true })
})

async function get(path: string, headers = { authorization: `Bearer ${secret}` }) {
  const response = await fetch(url + path, { headers })
  expect(response.headers.get('x-request-id')).toMatch(/^req_/)
  return { status: response.status, body: await response.json() }
}

describe('GET /v1/usage', () => {
  it("gives the caller's own usage of the last 30 days", async () => {
    expect(await get('/v1/usage')).toEqual({
      status: 200,
      body: {
        object: 'list',
        data: [ROW],
        from: '2027-02-09',
        to: '2027-03-10',
        currency: 'USD',
      },
    })
    expect(asked).toEqual([keyId, '2027-02-09T00:00:00.000Z', '2027-03-11T00:00:00.000Z'])
  })

  it.each([
    ['from=2027-03-01', '2027-03-01', '2027-03-10'],
    ['to=2027-01-31', '2027-01-02', '2027-01-31'],
    ['from=2027-03-01&to=2027-03-01', '2027-03-01', '2027-03-01'],
    ['from=2026-03-10&to=2027-03-10', '2026-03-10', '2027-03-10'],
    ['page=2', '2027-02-09', '2027-03-10'],
  ])('with %s goes from %s to %s, both included', async (query, from, to) => {
    expect(await get(`/v1/usage?${query}`)).toMatchObject({ status: 200, body: { from, to } })
    const lastMs = Date.parse(to) + 86_400_000
    expect(asked?.slice(1)).toEqual([`${from}T00:00:00.000Z`, new Date(lastMs).toISOString()])
  })

  it.each([
    ['from=yesterday', 'from', 'a date like 2027-01-31'],
    ['from=', 'from', 'a date like'],
    ['from=2027-02-30', 'from', 'a date like'],
    ['from=2027-13-01', 'from', 'a date like'],
    ['to=2027-03-10T00:00:00Z', 'to', 'a date like'],
    ['to=1773100800', 'to', 'a date like'],
    ['from=2027-03-02&to=2027-03-01', 'from', 'not be later'],
    ['from=2027-03-11', 'from', 'not be later'],
    ['from=2026-03-09&to=2027-03-10', 'from', 'at most 366 days'],
    ['from=0000-01-01', 'from', 'at most 366 days'],
  ])('with %s is refused by name', async (query, param, message) => {
    const { status, body } = await get(`/v1/usage?${query}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 'invalid_parameter', param } })
    expect((body as { error: { message: string } }).error.message).toContain(message)
    expect(asked).toBeUndefined()
  })
})

describe('GET /v1/usage/stats', () => {
  it("gives the caller's own usage of today, seven and thirty days", async () => {
    expect(await get('/v1/usage/stats')).toEqual({
      status: 200,
      body: {
        object: 'usage.stats',
        currency: 'USD',
        today: PERIOD,
        last_7_days: PERIOD,
        last_30_days: PERIOD,
      },
    })
    expect(asked?.[0]).toBe(keyId)
  })
})

describe.each(['/v1/usage', '/v1/usage/stats'])('%s', (path) => {
  it('belongs to the page of the usage', () => {
    expect(isUsagePath(path)).toBe(true)
    expect(isUsagePath(`${path}/`)).toBe(false)
  })

  it('without a valid key is refused before anything is asked', async () => {
    const refused = await get(path, { authorization: 'Bearer sk-1' })
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
    expect(asked).toBeUndefined()
  })

  it('is not available while the log cannot be asked, or is nowhere', async () => {
    const answer = { status: 503, body: { error: { code: 'usage_unavailable' } } }
    source = { usage: async () => undefined, stats: async () => undefined }
    expect(await get(path)).toMatchObject(answer)
    source = undefined
    expect(await get(path)).toMatchObject(answer)
  })

  it('fails with an answer when the source does what it must not', async () => {
    const fail = () => Promise.reject(new Error('boom'))
    source = { usage: fail, stats: fail }
    expect(await get(path)).toMatchObject({ status: 500, body: { error: { code: 'relay_error' } } })
  })
})
