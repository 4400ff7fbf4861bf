import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldDefinition } from '../../src/record/index.ts'
import { dashboardDocuments } from '../support/dashboard-documents.ts'
import { classicSearches, visStateOf } from '../support/kibana-classic.ts'
import { lensSearches, lensStateOf } from '../support/kibana-lens.ts'
import { type Json, parseNdjson, type SavedObject } from '../support/kibana-query.ts'
import { fillPeer } from '../support/peer-answers.ts'
import { comparable, knownGap } from '../support/search-answers.ts'
import { type SearchServer, startSearchServer } from '../support/search-server.ts'

/**
 * Kibana itself is not run: what can be checked without it are the links between the objects,
 * the form of each, and that every panel's search is answered, by us and, with
 * `ELASTIC_PEER_URL=http://127.0.0.1:9200`, by a real engine in the same way.
 */
const PEER = process.env.ELASTIC_PEER_URL

const classic = parseNdjson(readFileSync('deploy/kibana/classic.ndjson', 'utf8'))
const lens = parseNdjson(readFileSync('deploy/kibana/lens-8.11.ndjson', 'utf8'))
const FILES = [
  ['classic', classic],
  ['lens', lens],
] as const

describe.each(FILES)('the objects of %s', (_, objects) => {
  const keyOf = ({ type, id }: { readonly type: string; readonly id: string }) => `${type} ${id}`
  const keys = objects.map(keyOf)

  it('have ids of their own', () => {
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('refer to objects of the same file, and are all reached from a dashboard', () => {
    const referred = objects.flatMap(({ references }) => references.map(keyOf))
    expect(referred.filter((key) => !keys.includes(key))).toEqual([])
    const lonely = objects.filter(
      (object) => object.type !== 'dashboard' && !referred.includes(keyOf(object)),
    )
    expect(lonely).toEqual([])
  })

  it('name no reference that they do not use, and use none that they do not name', () => {
    for (const object of objects) {
      const names = object.references.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(names.toSorted(), object.id).toEqual(usedReferences(object).toSorted())
    }
  })

  it('hold JSON where Kibana expects strings of it', () => {
    for (const { attributes } of objects) {
      for (const [name, value] of Object.entries(attributes)) {
        if (name.endsWith('JSON') || name === 'visState' || name === 'fieldFormatMap') {
          expect(() => JSON.parse(value as string) as unknown, name).not.toThrow()
        }
      }
    }
  })

  it('have panels that lie within 48 columns and upon no other', () => {
    for (const { attributes } of objects.filter(({ type }) => type === 'dashboard')) {
      const places = panelsOf(attributes).map(({ gridData }) => gridData)
      for (const [number, { x, w, y, h }] of places.entries()) {
        expect(x + w).toBeLessThanOrEqual(48)
        const hit = places
          .slice(number + 1)
          .filter((o) => o.x < x + w && x < o.x + o.w && o.y < y + h && y < o.y + o.h)
        expect(hit).toEqual([])
      }
    }
  })
})

it('classic objects carry the versions of OpenSearch Dashboards 2 and no other', () => {
  const versions = Object.assign({}, ...classic.map(({ migrationVersion }) => migrationVersion))
  expect(versions).toEqual({
    dashboard: '7.9.3',
    'index-pattern': '7.6.0',
    search: '7.9.3',
    visualization: '7.10.0',
  })
  expect(classic.filter(({ coreMigrationVersion }) => coreMigrationVersion)).toEqual([])
  expect(classic.filter(({ type }) => type === 'lens')).toEqual([])
})

it('Lens objects carry the versions of Kibana 8.11', () => {
  const versions = lens.map(({ type, typeMigrationVersion }) => [type, typeMigrationVersion])
  expect(Object.fromEntries(versions)).toEqual({
    dashboard: '8.9.0',
    'index-pattern': '8.0.0',
    lens: '8.9.0',
    search: '7.9.3',
  })
  expect(new Set(lens.map(({ coreMigrationVersion }) => coreMigrationVersion))).toEqual(
    new Set(['8.8.0']),
  )
})

it('a Lens visualisation shows columns that its layer has, and its layer has no others', () => {
  for (const object of lens.filter(({ type }) => type === 'lens')) {
    const { datasourceStates, visualization } = lensStateOf(object)
    const [[layerId, layer] = ['', undefined]] = Object.entries(datasourceStates.formBased.layers)
    expect(object.references.map(({ name }) => name)).toEqual([
      `indexpattern-datasource-layer-${layerId}`,
    ])
    const columns = layer?.columns ?? {}
    expect(new Set(layer?.columnOrder)).toEqual(new Set(Object.keys(columns)))
    const layers = visualization.layers ?? [visualization]
    expect(layers.map((each) => each.layerId)).toEqual([layerId])
    const shown = [
      ...(visualization.metricAccessor ? [visualization.metricAccessor] : []),
      ...(visualization.columns ?? []).map(({ columnId }) => columnId),
      ...(visualization.layers ?? []).flatMap(({ accessors, xAccessor, splitAccessor }) => [
        ...accessors,
        xAccessor,
        ...(splitAccessor === undefined ? [] : [splitAccessor]),
      ]),
    ]
    const needed = (names: readonly string[]): string[] =>
      names.flatMap((name) => [name, ...needed(columns[name]?.references ?? [])])
    expect(new Set(needed(shown)), object.id).toEqual(new Set(Object.keys(columns)))
  }
})

it('a formula of Lens divides the very columns that it names', () => {
  const layers = lens
    .filter(({ type }) => type === 'lens')
    .flatMap((object) => Object.values(lensStateOf(object).datasourceStates.formBased.layers))
  const divisions = layers.flatMap(({ columns }) =>
    Object.values(columns).flatMap(({ params, references }) =>
      params.tinymathAst === undefined ? [] : [[params.tinymathAst.args, references]],
    ),
  )
  expect(divisions.length).toBeGreaterThan(0)
  for (const [args, references] of divisions) expect(args).toEqual(references)
})

it('a list orders what it shows, and tables and rankings show twenty values at most', () => {
  for (const object of classic) {
    if (object.type !== 'visualization') continue
    const { aggs, type } = visStateOf(object)
    const terms = aggs.filter((each) => each.type === 'terms')
    for (const { params } of terms) expect(params.size).toBeLessThanOrEqual(20)
    if (type === 'table') expect(object.attributes.uiStateJSON).toContain('"direction":"desc"')
  }
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

  const searches = [...classicSearches(classic), ...lensSearches(lens)].map(
    ({ panel, body }) => [panel, body] as const,
  )

  it.each(searches)('%s names fields of the record only', (_, body) => {
    for (const field of fieldsOf(body)) {
      expect(fieldDefinition(field.replace(/\.keyword$/, '')), field).toBeDefined()
    }
  })

  it.for(searches)('%s finds something', async ([, body], { skip }) => {
    const answer = await ask(server.url, body, skip)
    expect(isEmpty(answer)).toBe(false)
  })

  it.runIf(PEER !== undefined).for(searches)(
    '%s is answered as by the peer',
    async ([, body], { skip }) => {
      const [ours, theirs] = await Promise.all([
        ask(server.url, body, skip),
        ask(PEER!, body, skip),
      ])
      expect(comparable(ours)).toEqual(comparable(theirs))
    },
  )
})

async function ask(url: string, body: Json, skip: (note: string) => never): Promise<Json> {
  const parameters = 'ignore_unavailable=true&preference=1774700000000'
  const response = await fetch(`${url}/holysheep-requests-*/_search?${parameters}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Json
  const gap = knownGap(answer)
  if (gap !== undefined) skip(gap)
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer
}

/** Tells whether an answer has neither hits nor any number above zero in its buckets. */
function isEmpty({ hits, aggregations }: Json): boolean {
  const { hits: found, total } = hits as {
    readonly hits: readonly unknown[]
    readonly total?: { readonly value: number }
  }
  if (aggregations === undefined) return found.length === 0 && total?.value === 0
  const numbers = JSON.stringify(aggregations).matchAll(/"(?:doc_count|value|\d+\.\d)":([\d.]+)/g)
  return ![...numbers].some(([, number]) => Number(number) > 0)
}

interface Panel {
  readonly panelIndex: string
  readonly panelRefName: string
  readonly gridData: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
}

function panelsOf(attributes: Json): readonly Panel[] {
  return JSON.parse(attributes.panelsJSON as string) as readonly Panel[]
}

/** The names of references that an object uses, in whatever form its type has. */
function usedReferences({ type, attributes, references }: SavedObject): readonly string[] {
  switch (type) {
    case 'dashboard':
      return panelsOf(attributes).map(({ panelIndex, panelRefName }) =>
        references.some(({ name }) => name.includes(':'))
          ? `${panelIndex}:${panelRefName}`
          : panelRefName,
      )
    case 'lens':
      return Object.keys(
        (attributes.state as ReturnType<typeof lensStateOf>).datasourceStates.formBased.layers,
      ).map((layer) => `indexpattern-datasource-layer-${layer}`)
    case 'index-pattern':
      return []
    default: {
      const meta = attributes.kibanaSavedObjectMeta as { readonly searchSourceJSON: string }
      const source = JSON.parse(meta.searchSourceJSON) as { readonly indexRefName?: string }
      return source.indexRefName === undefined ? [] : [source.indexRefName]
    }
  }
}

/** The names that aggregations, sorts and ranges give as fields. */
function fieldsOf(body: Json): readonly string[] {
  const text = JSON.stringify({ aggs: body.aggs, sort: body.sort })
  const inAggregations = [...text.matchAll(/"field":"([^"]+)"/g)].map(([, field]) => field ?? '')
  const sort = (body.sort as readonly object[] | undefined) ?? []
  return [...inAggregations, ...sort.flatMap((key) => Object.keys(key))]
}
