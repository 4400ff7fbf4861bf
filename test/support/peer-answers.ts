import { readFileSync } from 'node:fs'
import type { IncomingDocument } from '../../src/record/index.ts'

/** Puts documents into a real Elasticsearch or OpenSearch that may be written to. */
export async function fillPeer(url: string, documents: readonly IncomingDocument[]): Promise<void> {
  await clearPeer(url, documents)
  await bulk(url, documents)
}

/** Makes the indices of documents anew, empty, with the mapping of our index template. */
export async function clearPeer(
  url: string,
  documents: readonly IncomingDocument[],
): Promise<void> {
  const file = readFileSync('deploy/elk/index-template.json', 'utf8')
  const { template } = JSON.parse(file) as { readonly template: { readonly mappings: object } }
  const body = { settings: { number_of_replicas: 0 }, mappings: template.mappings }
  for (const index of new Set(documents.map((document) => document.index))) {
    await fetch(`${url}/${index}`, { method: 'DELETE' })
    await call(`${url}/${index}`, 'PUT', JSON.stringify(body))
  }
}

/** Creates documents and lets searches see them. */
export async function bulk(url: string, documents: readonly IncomingDocument[]): Promise<unknown> {
  const lines = documents.flatMap(({ index, id, source }) => [
    JSON.stringify({ create: { _index: index, _id: id } }),
    JSON.stringify(source),
  ])
  return call(`${url}/_bulk?refresh=true`, 'POST', `${lines.join('\n')}\n`)
}

async function call(url: string, method: string, body: string): Promise<unknown> {
  const headers = {
    'content-type': url.includes('_bulk') ? 'application/x-ndjson' : 'application/json',
  }
  const response = await fetch(url, { method, headers, body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`)
  return JSON.parse(text) as unknown
}
