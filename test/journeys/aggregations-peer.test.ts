import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AGGREGATED_PROPERTIES, aggregatedDocuments } from '../support/aggregation-documents.ts'
import { BUCKET_REQUESTS } from '../support/aggregation-requests.ts'
import { DocumentStore } from '../support/document-store.ts'
import { NESTED_QUERIES } from '../support/nested-queries.ts'
import { WRONG_AGGREGATIONS } from '../support/wrong-aggregations.ts'

/**
 * Compares aggregations with those of a real Elasticsearch or OpenSearch of the same documents:
 * `ELASTIC_PEER_URL=http://127.0.0.1:9200`, an empty one that may be written to.
 */
const PEER = process.env.ELASTIC_PEER_URL

type Json = Readonly<Record<string, unknown>>

const INDEX = 'aggregations-peer'
const QUERY = { range: { size: { gte: -10 } } }

/** What OpenSearch answers otherwise than Elasticsearch: nested objects are documents to it. */
const ELASTIC_ONLY = /significant_terms|"missing_bucket":true,"order":"desc"|"keyed":false/

/** Supported by the peer, and here refused by name. */
const NOT_HERE = /significant_text/

function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => {
    if (typeof inner === 'number' && !Number.isInteger(inner)) return Number(inner.toPrecision(9))
    return Array.isArray(inner) ? inOrder(inner) : inner
  })
}

/** Terms that are equally significant come in any order. */
function inOrder(list: readonly unknown[]): readonly unknown[] {
  const scored = list as readonly { readonly score?: number; readonly key?: unknown }[]
  if (scored[0]?.score === undefined) return list
  return scored.toSorted((a, b) => b.score! - a.score! || (String(a.key) < String(b.key) ? -1 : 1))
}

describe.skipIf(PEER === undefined)(
  'aggregations beside those of a real engine (skipped without ELASTIC_PEER_URL)',
  () => {
    let store: DocumentStore
    let isOpenSearch = false

    async function peer(method: string, path: string, body?: string | Json) {
      const isLines = typeof body === 'string'
      const answer = await fetch(`${PEER}${path}`, {
        method,
        headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' },
        ...(body !== undefined && { body: isLines ? body : JSON.stringify(body) }),
      })
      return { status: answer.status, json: (await answer.json()) as Json }
    }

    beforeAll(async () => {
      const documents = aggregatedDocuments(400, 23)
      store = await DocumentStore.open()
      store.createIndex(INDEX, AGGREGATED_PROPERTIES)
      await store.add(INDEX, documents)
      const { json: root } = await peer('GET', '/')
      isOpenSearch = JSON.stringify(root).includes('opensearch')
      await peer('DELETE', `/${INDEX}`)
      await peer('PUT', `/${INDEX}`, {
        settings: { number_of_shards: 1, number_of_replicas: 0 },
        mappings: { properties: AGGREGATED_PROPERTIES },
      })
      const lines = documents.flatMap(({ id, source }) => [{ index: { _id: id } }, source])
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      const { json } = await peer('POST', `/${INDEX}/_bulk?refresh=true`, text)
      expect(json.errors).toBe(false)
    })
    afterAll(() => store.close())

    it.each(BUCKET_REQUESTS)('answers the same for %j', async (aggregation) => {
      const text = JSON.stringify(aggregation)
      if (isOpenSearch && ELASTIC_ONLY.test(text)) return
      const body = { size: 0, query: QUERY, aggs: { a: aggregation } }
      const { json } = await peer('POST', `/${INDEX}/_search?typed_keys`, body)
      // a small Elasticsearch lacks some types
      if (JSON.stringify(json).includes('Unknown aggregation type')) return
      const own = await store.search.search({ expression: INDEX }, body, { typedKeys: true })
      expect(rounded(own.aggregations)).toEqual(rounded(json.aggregations))
    })

    it.each(NESTED_QUERIES)('finds the same documents for %j', async (query) => {
      const body = { query, size: 1_000, sort: ['_doc'], _source: false }
      const { json } = await peer('POST', `/${INDEX}/_search`, body)
      const own = await store.search.search({ expression: INDEX }, body)
      const theirs = json as unknown as { hits: { hits: readonly { readonly _id: string }[] } }
      expect(own.hits.hits.map(({ _id }) => _id).sort()).toEqual(
        theirs.hits.hits.map(({ _id }) => _id).sort(),
      )
    })

    it.each(WRONG_AGGREGATIONS)('refuses %j as well', async (aggregation) => {
      const body = { size: 0, aggs: { a: aggregation } }
      const { status } = await peer('POST', `/${INDEX}/_search`, body)
      if (!NOT_HERE.test(JSON.stringify(aggregation))) expect(status).toBeGreaterThanOrEqual(400)
      await expect(store.search.search({ expression: INDEX }, body)).rejects.toMatchObject({
        details: { status: 400 },
      })
    })
  },
)
