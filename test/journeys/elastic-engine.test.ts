import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { pollUntil } from '../support/poll-until.ts'
import {
  call,
  ENGINE_START_MS,
  type EngineName,
  hasEngine,
  type SearchEngine,
  startEngine,
} from '../support/search-engine.ts'

const RECORDS = 4_000
const DAYS = ['2026-01-05', '2026-01-06'] as const
const INDICES = DAYS.map((day) => `holysheep-requests-${day.replaceAll('-', '.')}`)

interface ClusterStatus {
  readonly product?: string
  readonly lag_bytes: number
  readonly trouble?: { readonly reason: string }
  readonly dead_letters: { readonly kept: number }
}

interface Comparison {
  readonly equal: boolean
  readonly indices: readonly { readonly index: string; readonly cluster: { count: number } }[]
}

/** Records of all kinds of values, some that do not fit their field. */
function bulkText(): string {
  return Array.from({ length: RECORDS }, (_, number) => {
    const id = `r${number}`
    const action = { create: { _index: 'holysheep-requests', _id: id } }
    const source = {
      '@timestamp': new Date(Date.parse(DAYS[number % 2]!) + (number >> 3) * 50).toISOString(),
      ...(number % 3 > 0 && { request_id: id }),
      model: ['gpt-4o', 'openai/gpt-4o-mini'][number % 5 === 0 ? 1 : 0],
      status_code: number % 23 === 0 ? 'many' : 200,
      latency_ms: number / 3,
      prompt_tokens: number,
      completion_tokens: 3,
      cost_usd: number / 1e6,
      labels: { app: `app${number % 7}`, 'a.b': 'c' },
      prompt: `câu hỏi ${number}`,
      ...(number % 20 === 0 && { error: { message: `upstream ${number} timed out` } }),
    }
    return `${JSON.stringify(action)}\n${JSON.stringify(source)}\n`
  }).join('')
}

async function statusOf({ console: page }: Bellwether): Promise<ClusterStatus> {
  const status = (await (await fetch(`${page}/api/status`)).json()) as {
    elasticsearch: ClusterStatus
  }
  return status.elasticsearch
}

/** Waits until the cluster has everything. */
async function settled(bellwether: Bellwether): Promise<ClusterStatus> {
  return pollUntil(
    'the cluster to have everything',
    async () => {
      const status = await statusOf(bellwether)
      return status.lag_bytes === 0 ? status : undefined
    },
    30_000,
  )
}

async function totalOf(url: string): Promise<number> {
  await call(url, 'POST', '/holysheep-*/_refresh').catch(() => undefined)
  const { count } = await call(url, 'GET', '/holysheep-*/_count')
  return Number(count)
}

describe.each(['opensearch', 'elasticsearch'] as const)('records in a real %s', (name) => {
  const isHere = hasEngine(name)
  if (!isHere) {
    it.skip(`needs ${name} in ../shared/engines, which is not there`, () => {})
    return
  }
  engineJourney(name)
})

function engineJourney(name: EngineName): void {
  let engine: SearchEngine

  beforeAll(async () => {
    engine = await startEngine(name)
  }, ENGINE_START_MS)
  afterAll(async () => {
    await stopAllBellwethers()
    await engine.remove()
  })

  const start = (search: string, settings: object = {}) =>
    startBellwether({
      config: {
        log_level: 'info',
        search: { engine: search },
        elasticsearch: { nodes: [engine.url], retention_days: 0, ...settings },
      },
    })

  it('are the same ones as in the embedded store, and a comparison finds what differs', async () => {
    const bellwether = await start('mirror')
    const answer = await call(bellwether.search, 'POST', '/_bulk?refresh=true', bulkText())
    expect(answer.errors).toBe(false)
    expect(await settled(bellwether)).toMatchObject({ dead_letters: { kept: 0 } })
    expect(await totalOf(engine.url)).toBe(RECORDS)
    const config = ['--config', `${bellwether.data}/bellwether.yaml`]
    const equal = await bellwether.run('compare', '--json', ...config)
    expect(JSON.parse(equal.stdout)).toMatchObject({
      equal: true,
      indices: INDICES.map((index) => ({ index, cluster: { count: RECORDS / 2 } })),
    })
    expect(equal.code).toBe(0)

    const [first, second] = INDICES
    await call(engine.url, 'DELETE', `/${first}/_doc/r10?refresh=true`)
    const changed = { doc: { model: 'another' } }
    await call(engine.url, 'POST', `/${second}/_update/r11?refresh=true`, changed)
    const different = await bellwether.run('compare', '--json', ...config)
    expect(different.code).toBe(1)
    const { indices } = JSON.parse(different.stdout) as Comparison
    expect(indices).toMatchObject([
      { equal: false, missing_in_cluster: ['r10'], missing_in_embedded: [], changed: [] },
      { equal: false, missing_in_cluster: [], missing_in_embedded: [], changed: ['r11'] },
    ])
    const one = await bellwether.run('compare', '--from', DAYS[1], '--to', DAYS[1], ...config)
    expect(one.stdout).toContain('in both, but different: r11')
    expect(one.stdout).not.toContain('r10')
    expect((await bellwether.run('compare', '--from', 'monday', ...config)).code).toBe(2)
    await bellwether.stop()
  })

  it('are mapped by a template that is put once and never over what a person changed', async () => {
    const path = '/_index_template/holysheep-template'
    const template = async () => {
      const { index_templates } = await call(engine.url, 'GET', path)
      return (index_templates as { index_template: Record<string, unknown> }[])[0]!.index_template
    }
    const put = await template()
    expect(put).toMatchObject({ index_patterns: ['holysheep-*'], _meta: { bellwether: {} } })
    const second = await start('mirror')
    await settled(second)
    expect(second.log()).not.toContain('index template holysheep-template put')
    expect(await template()).toEqual(put)
    await second.stop()
    await call(engine.url, 'PUT', path, { ...put, priority: 300 })
    const third = await start('mirror', { replicas: 1 })
    await settled(third)
    expect(third.log()).toContain('somebody changed it, it is left as it is')
    expect(await template()).toMatchObject({ priority: 300 })
    await third.stop()
    await call(engine.url, 'DELETE', path)
  })

  it('are deleted by the day when they are too old', async () => {
    const old = 'holysheep-requests-2020.01.01'
    await call(engine.url, 'PUT', `/${old}`)
    const bellwether = await start('mirror', { retention_days: 3_650_000 })
    await settled(bellwether)
    await call(engine.url, 'GET', `/${old}`)
    await bellwether.stop()
    const next = await start('mirror', { retention_days: 30 })
    await pollUntil('the old index to be deleted', async () =>
      (await fetch(`${engine.url}/${old}`)).status === 404 ? true : undefined,
    )
    await next.stop()
  })

  it('are searched there by any client when it is the only engine', async () => {
    await call(engine.url, 'DELETE', `/${INDICES.join()}?ignore_unavailable=true`)
    const bellwether = await start('elasticsearch')
    const client = new Client({ node: bellwether.search })
    const body = bulkText()
    expect((await call(bellwether.search, 'POST', '/_bulk?refresh=true', body)).errors).toBe(false)
    const again = await call(
      bellwether.search,
      'POST',
      '/_bulk',
      body.split('\n').slice(0, 2).join('\n').concat('\n'),
    )
    expect(again.items).toMatchObject([{ create: { status: 409 } }])
    await settled(bellwether)
    const found = await client.search({
      index: 'holysheep-requests-*',
      size: 1,
      track_total_hits: true,
      query: { match: { prompt: '77' } },
      aggs: { models: { terms: { field: 'model.keyword' } } },
    })
    expect(found.hits).toMatchObject({ total: { value: 1 }, hits: [{ _id: 'r77' }] })
    await client.index({ index: 'orders', id: '1', document: { n: 1 }, refresh: true })
    expect(await client.get({ index: 'orders', id: '1' })).toMatchObject({ _source: { n: 1 } })
    const page = await fetch(`${bellwether.console}/es/holysheep-requests-*/_count`)
    expect(await page.json()).toMatchObject({ count: RECORDS })
    const refused = await fetch(`${bellwether.search}/_cluster/settings`, { method: 'PUT' })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: { type: 'security_exception' } })
    expect(JSON.stringify(await statusOf(bellwether))).toContain(name)
    await client.close()
    await bellwether.stop()
  })

  it('are taken while it is away: calls and documents go on, searches say what is wrong', async () => {
    const bellwether = await startBellwether({
      config: {
        search: { engine: 'elasticsearch' },
        elasticsearch: { nodes: ['http://127.0.0.1:9'] },
      },
    })
    const document = { '@timestamp': '2026-01-05T10:00:00Z', model: 'gpt-4o' }
    const path = '/holysheep-requests/_doc/while-away'
    expect(await call(bellwether.search, 'PUT', path, document)).toMatchObject({
      result: 'created',
      _index: 'holysheep-requests-2026.01.05',
    })
    const search = await fetch(`${bellwether.search}/holysheep-*/_search`)
    expect(search.status).toBe(503)
    expect(await search.json()).toMatchObject({
      status: 503,
      error: { type: 'no_shard_available_action_exception' },
    })
    const status = await statusOf(bellwether)
    expect(status.lag_bytes).toBeGreaterThan(0)
    expect(status.trouble?.reason).toContain('ECONNREFUSED')
    await bellwether.stop()
  })
}
