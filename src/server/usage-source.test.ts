import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SearchServer, startSearchServer } from '../../test/support/search-server.ts'
import { createLogger } from '../kernel/index.ts'
import type { UsageSource } from '../relay/index.ts'
import { removeInstance, writeInstance } from './instance.ts'
import { createUsageSource } from './usage-source.ts'

const NOW_MS = Date.parse('2027-03-10T15:00:00Z')
const DAY_MS = 86_400_000

let folder: string
let server: SearchServer
let source: UsageSource

function foundAt(search: string): void {
  writeInstance(folder, {
    version: '0.1.0',
    pid: process.pid,
    startedMs: 1,
    simulated: true,
    relay: 'http://127.0.0.1:1',
    console: 'http://127.0.0.1:1',
    search,
    models: [],
    processes: {},
  })
}

/** The record of a call, as the relay writes it. */
function recordOf(at: string, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    '@timestamp': at,
    type: 'holysheep_request',
    key_id: 'key_1',
    model: 'small',
    status_code: 200,
    outcome: 'ok',
    latency_ms: 100,
    prompt_tokens: 10,
    completion_tokens: 5,
    tokens_used: 15,
    cost_usd: 0.000_001_1,
    ...fields,
  }
}

const RECORDS = [
  recordOf('2027-03-10T14:00:00Z', { latency_ms: 50 }),
  recordOf('2027-03-10T14:30:00Z', { latency_ms: 150.000_4, cost_usd: 0.000_002_2 }),
  recordOf('2027-03-10T00:00:00Z', { model: 'large', status_code: 429, outcome: 'refused_limit' }),
  recordOf('2027-03-10T14:59:00Z', { key_id: 'key_2', tokens_used: 1_000_000 }),
  recordOf('2027-03-09T23:59:59.999Z', { outcome: 'upstream_error' }),
  recordOf('2027-03-04T00:00:00Z', { model: undefined, status_code: 400, outcome: 'bad_request' }),
  recordOf('2027-03-03T23:59:59.999Z'),
  recordOf('2027-02-09T00:00:00Z', { outcome: 'cached', cost_usd: 0 }),
  recordOf('2027-02-08T23:59:59.999Z', { status_code: 499, outcome: 'client_closed' }),
]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-usage-'))
  const clock = { nowMs: () => NOW_MS, monotonicMs: () => performance.now() }
  server = await startSearchServer({ clock })
  const lines = RECORDS.flatMap((record, place) => {
    const day = record['@timestamp'].slice(0, 10).replaceAll('-', '.')
    const index = `holysheep-requests-${day}`
    return [{ create: { _index: index, _id: `req_${place}` } }, record]
  })
  const answer = await fetch(`${server.url}/_bulk?refresh=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  })
  expect(await answer.json()).toMatchObject({ errors: false })
  const logger = createLogger({ process: 'test', level: 'silent' })
  source = createUsageSource({ data: folder, clock, logger })
})
beforeEach(() => foundAt(server.url))
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const days = (from: string, to: string) => [Date.parse(from), Date.parse(to) + DAY_MS] as const

describe('the usage of a key', () => {
  it('is counted by UTC day and model', async () => {
    expect(await source.usage('key_1', ...days('2027-03-04', '2027-03-10'))).toEqual([
      {
        date: '2027-03-04',
        model: null,
        requests: 1,
        errors: 1,
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        cost_usd: 0.000_001_1,
      },
      {
        date: '2027-03-09',
        model: 'small',
        requests: 1,
        errors: 1,
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        cost_usd: 0.000_001_1,
      },
      {
        date: '2027-03-10',
        model: 'small',
        requests: 2,
        errors: 0,
        prompt_tokens: 20,
        completion_tokens: 10,
        total_tokens: 30,
        cost_usd: 0.000_003_3,
      },
      {
        date: '2027-03-10',
        model: 'large',
        requests: 1,
        errors: 1,
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        cost_usd: 0.000_001_1,
      },
    ])
  })

  it('of a key that never called is empty', async () => {
    expect(await source.usage('key_3', ...days('2027-03-04', '2027-03-10'))).toEqual([])
    expect((await source.stats('key_3'))?.last_30_days).toEqual({
      requests: 0,
      errors: 0,
      total_tokens: 0,
      cost_usd: 0,
      latency_p50_ms: null,
      latency_p95_ms: null,
    })
  })

  it('is given for a whole year', async () => {
    const rows = await source.usage('key_1', ...days('2026-03-11', '2027-03-10'))
    expect(rows?.reduce((sum, { requests }) => sum + requests, 0)).toBe(8)
  })

  it('is summed up for today, seven and thirty days', async () => {
    expect(await source.stats('key_1')).toEqual({
      today: {
        requests: 3,
        errors: 1,
        total_tokens: 45,
        cost_usd: 0.000_004_4,
        latency_p50_ms: 100,
        latency_p95_ms: 145,
      },
      last_7_days: {
        requests: 5,
        errors: 3,
        total_tokens: 75,
        cost_usd: 0.000_006_6,
        latency_p50_ms: 100,
        latency_p95_ms: 140,
      },
      last_30_days: {
        requests: 7,
        errors: 3,
        total_tokens: 105,
        cost_usd: 0.000_007_7,
        latency_p50_ms: 100,
        latency_p95_ms: 135,
      },
    })
  })
})

describe('a log that cannot be asked', () => {
  async function expectUnknown() {
    expect(await source.usage('key_1', ...days('2027-03-04', '2027-03-10'))).toBeUndefined()
    expect(await source.stats('key_1')).toBeUndefined()
  }

  it('because no server has said where it is leaves the usage unknown', async () => {
    removeInstance(folder)
    await expectUnknown()
  })

  it('because the note of where it is cannot be read leaves the usage unknown', async () => {
    writeFileSync(join(folder, 'instance.json'), '{"search":')
    await expectUnknown()
  })

  it('because it is down leaves the usage unknown', async () => {
    foundAt('http://127.0.0.1:1')
    await expectUnknown()
  })

  it.each([
    [503, '{"error":{"type":"store_unavailable"}}'],
    [200, '<html>'],
    [200, '{}'],
    [200, 'null'],
    [200, '{"timed_out":true,"aggregations":{}}'],
    [200, '{"timed_out":false,"aggregations":{"days":{"buckets":[{"key":1}]},"today":null}}'],
  ])('because %d and %s come from its address leaves the usage unknown', async (status, body) => {
    const other = createServer((_, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    foundAt(`http://127.0.0.1:${(other.address() as AddressInfo).port}`)
    await expectUnknown()
    other.closeAllConnections()
    await new Promise((resolve) => other.close(resolve))
  })
})
