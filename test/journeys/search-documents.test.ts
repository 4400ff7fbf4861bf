import { afterEach, expect, it } from 'vitest'
import { SearchStore } from '../support/search-store.ts'

const NOW = Date.parse('2026-03-29T12:00:00Z')

const SOURCE = {
  '@timestamp': '2026-03-28T23:59:59.999Z',
  request_id: 'req_1',
  trace_id: 'trace-1',
  model: 'gpt-4o',
  stream: false,
  status_code: 429,
  latency_ms: 12.345,
  cost_usd: 0.000_000_001,
  tokens_used: 7,
  tags: ['night', 'error'],
  labels: { team: 'web' },
  error_message: 'quá nhiều yêu cầu',
  shop: { city: 'Hà Nội' },
}

const stores: SearchStore[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
})

async function sourceFrom(bodies: boolean, fields: unknown): Promise<unknown> {
  const store = await SearchStore.open({ bodies })
  stores.push(store)
  const document = { index: '', id: 'own-id', received_ms: NOW, source: SOURCE }
  await store.addDocuments([document])
  const { hits } = await store.search.search(
    { expression: 'holysheep-*' },
    {
      query: { ids: { values: ['own-id'] } },
      _source: fields,
    },
  )
  return hits.hits
}

it.each([[true], [['cost_usd', 'shop.city', 'tags']], [{ excludes: ['error*'] }]])(
  'gives the same record back from the text file and, without one, from the columns: %j',
  async (fields) => {
    const [fromText, fromColumns] = [
      await sourceFrom(true, fields),
      await sourceFrom(false, fields),
    ]
    expect(fromText).toEqual(fromColumns)
    expect(fromText).toMatchObject([{ _id: 'own-id', _index: 'holysheep-requests-2026.03.28' }])
    expect(fromText).toMatchObject([{ _source: { shop: { city: 'Hà Nội' } } }])
  },
)
