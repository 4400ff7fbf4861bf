import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { fieldDefinition } from '../../src/record/index.ts'
import { dashboardDocuments } from '../support/dashboard-documents.ts'
import { dailyIndices, type GrafanaTarget, grafanaSearch } from '../support/grafana-search.ts'
import type { Json } from '../support/kibana-query.ts'
import { fillPeer } from '../support/peer-answers.ts'
import { comparable, knownGap } from '../support/search-answers.ts'
import { type SearchServer, startSearchServer } from '../support/search-server.ts'

/**
 * Grafana itself is not run: every query is expanded to what Grafana sends and answered by us
 * and, with `ELASTIC_PEER_URL=http://127.0.0.1:9200`, by a real engine in the same way.
 */
const PEER = process.env.ELASTIC_PEER_URL

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly targets?: readonly GrafanaTarget[]
}

interface Dashboard {
  readonly schemaVersion: number
  readonly __inputs: readonly { readonly name: string; readonly pluginId: string }[]
  readonly __requires: readonly { readonly type: string; readonly id: string }[]
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[]
  }
  readonly panels: readonly Panel[]
}

interface DataSources {
  readonly datasources: readonly {
    readonly url: string
    readonly jsonData: Readonly<Record<string, unknown>>
  }[]
}

const text = readFileSync('deploy/grafana/dashboard.json', 'utf8')
const dashboard = JSON.parse(text) as Dashboard
const provisioning = 'deploy/grafana/provisioning'
const source = (
  parse(readFileSync(`${provisioning}/datasources/bellwether.yaml`, 'utf8')) as DataSources
).datasources[0]!
const INDICES = dailyIndices(source.jsonData.index as string)

it('takes its data source from the input of an import or from the variable of that name', () => {
  const names = new Set([...text.matchAll(/\$\{(DS_\w+)\}/g)].map(([, name]) => name))
  expect([...names]).toEqual(dashboard.__inputs.map(({ name }) => name))
  expect(dashboard.__inputs).toMatchObject([{ pluginId: 'elasticsearch' }])
  const variables = dashboard.templating.list.filter(({ type }) => type === 'datasource')
  expect(variables.map(({ name }) => name)).toEqual([...names])
})

it('requires the panels it uses and no others', () => {
  const used = new Set(dashboard.panels.map(({ type }) => type).filter((type) => type !== 'row'))
  const required = dashboard.__requires.filter(({ type }) => type === 'panel').map(({ id }) => id)
  expect(new Set(required)).toEqual(used)
})

it('has three rows of panels that lie within 24 columns and upon no other', () => {
  const { panels } = dashboard
  expect(panels.filter(({ type }) => type === 'row')).toHaveLength(3)
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const [number, { gridPos, title }] of panels.entries()) {
    const { x, y, w, h } = gridPos
    expect(x + w, title).toBeLessThanOrEqual(24)
    const hit = panels
      .slice(number + 1)
      .filter(({ gridPos: o }) => o.x < x + w && x < o.x + o.w && o.y < y + h && y < o.y + o.h)
    expect(hit.map((other) => other.title)).toEqual([])
  }
})

it('calculates with queries of the same panel only', () => {
  const calculations = dashboard.panels.flatMap(({ targets = [] }) =>
    targets.flatMap(({ expression }) =>
      expression === undefined ? [] : [{ expression, names: targets.map(({ refId }) => refId) }],
    ),
  )
  expect(calculations.length).toBeGreaterThan(0)
  for (const { expression, names } of calculations) {
    for (const [, name] of expression.matchAll(/\$(\w+)/g)) expect(names).toContain(name)
  }
})

it('provisions a data source of daily indices at our search port', () => {
  expect(source.url).toBe('http://bellwether:9200')
  expect(source.jsonData).toMatchObject({ interval: 'Daily', timeField: '@timestamp' })
  expect(INDICES).toEqual([
    'holysheep-requests-2026.03.27',
    'holysheep-requests-2026.03.28',
    'holysheep-requests-2026.03.29',
  ])
})

describe('the search of a panel', () => {
  const documents = dashboardDocuments()
  let server: SearchServer

  beforeAll(async () => {
    server = await startSearchServer()
    await server.store.addDocuments(documents)
    if (PEER !== undefined) await fillPeer(PEER, documents)
  })

  afterAll(() => server.close())

  const searches = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets
      .filter(({ datasource }) => datasource.type === 'elasticsearch')
      .map((target) => [`${title} ${target.refId}`, grafanaSearch(target, INDICES)] as const),
  )

  it.each(searches)('%s names fields of the record only', (_, [, body]) => {
    for (const [, field] of JSON.stringify(body).matchAll(/"field":"([^"]+)"/g)) {
      expect(fieldDefinition(field!.replace(/\.keyword$/, '')), field).toBeDefined()
    }
  })

  it.for(searches)('%s is answered', async ([, lines], { skip }) => {
    const answer = await ask(server.url, lines, skip)
    const total = (answer.hits as { readonly total: { readonly value: number } }).total.value
    expect(total).toBeGreaterThan(0)
  })

  it.runIf(PEER !== undefined).for(searches)(
    '%s is answered as by the peer',
    async ([, lines], { skip }) => {
      const [ours, theirs] = await Promise.all([
        ask(server.url, lines, skip),
        ask(PEER!, lines, skip),
      ])
      expect(comparable(ours)).toEqual(comparable(theirs))
    },
  )
})

it('is tested by Grafana with a health check and the mapping of the newest index', async () => {
  const server = await startSearchServer()
  try {
    await server.store.addDocuments(dashboardDocuments())
    const health = await fetch(`${server.url}/_cluster/health?wait_for_status=yellow`)
    expect(await health.json()).toMatchObject({ status: 'green', timed_out: false })
    const mapping = await fetch(`${server.url}/${INDICES.at(-1)}/_mapping`)
    const answer = (await mapping.json()) as Record<string, { mappings: { properties: Json } }>
    expect(answer[INDICES.at(-1)!]?.mappings.properties['@timestamp']).toEqual({ type: 'date' })
  } finally {
    await server.close()
  }
})

async function ask(
  url: string,
  lines: readonly Json[],
  skip: (note: string) => never,
): Promise<Json> {
  const response = await fetch(`${url}/_msearch?max_concurrent_shard_requests=5`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
  })
  const answer = (await response.json()) as { readonly responses?: readonly Json[] }
  const gap = knownGap(answer)
  if (gap !== undefined) skip(gap)
  const [first] = answer.responses ?? []
  expect(first?.status, JSON.stringify(first ?? answer)).toBe(200)
  return first!
}
