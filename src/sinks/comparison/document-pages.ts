import { AppError } from '../../kernel/index.ts'
import type { ClusterClient } from '../elasticsearch/cluster-client.ts'
import { isObject, parsedObject, valueAt } from '../elasticsearch/json-object.ts'
import { documentHash, MAIN_FIELDS } from '../elasticsearch/main-fields.ts'

/** What is compared of a document. */
export interface ComparedDocument {
  readonly id: string
  /** Time that it was sorted by, milliseconds; above all others for a document without one. */
  readonly ms: number
  readonly hash: number
}

/**
 * How the documents of an index are read one page after the other: the embedded engine sorts by
 * time and id, a cluster cannot sort by id and scrolls.
 */
export type Paging = 'search_after' | 'scroll'

const PAGE = 2_000
const KEEP_ALIVE = '5m'

/**
 * Reads the documents of an index by ascending time.
 *
 * @throws AppError ENGINE_UNAVAILABLE
 */
export async function* documentPages(
  client: ClusterClient,
  index: string,
  paging: Paging,
): AsyncGenerator<readonly ComparedDocument[]> {
  const time = { '@timestamp': { order: 'asc', unmapped_type: 'date' } }
  const page = { size: PAGE, _source: MAIN_FIELDS }
  const search =
    paging === 'scroll'
      ? { ...page, sort: [time] }
      : { ...page, sort: [time, { _id: 'asc' }], track_total_hits: false }
  const path = `/${encodeURIComponent(index)}/_search`
  const first = paging === 'scroll' ? `${path}?scroll=${KEEP_ALIVE}` : path
  let answer = await ask(client, 'POST', first, search)
  try {
    for (;;) {
      const hits = hitsOf(answer)
      if (hits.length > 0) yield hits.map(documentOf)
      if (hits.length < PAGE) return
      answer = await (paging === 'scroll'
        ? ask(client, 'POST', '/_search/scroll', {
            scroll: KEEP_ALIVE,
            scroll_id: valueAt(answer, '_scroll_id'),
          })
        : ask(client, 'POST', path, { ...search, search_after: valueAt(hits.at(-1), 'sort') }))
    }
  } finally {
    const scrollId = valueAt(answer, '_scroll_id')
    if (scrollId !== undefined) {
      const body = JSON.stringify({ scroll_id: [scrollId] })
      await client.request({ method: 'DELETE', path: '/_search/scroll', body })
    }
  }
}

async function ask(client: ClusterClient, method: 'POST', path: string, body: object) {
  const answer = await client.request({ method, path, body: JSON.stringify(body) })
  if (answer.kind === 'no-answer') throw unavailable(answer.reason)
  const parsed = answer.status === 200 ? parsedObject(answer.text) : undefined
  if (parsed === undefined) {
    throw unavailable(`${path}: status ${answer.status}: ${answer.text.slice(0, 500)}`)
  }
  if (parsed.timed_out === true) throw unavailable(`${path}: the search ran out of time`)
  return parsed
}

function unavailable(reason: string): AppError {
  return new AppError('ENGINE_UNAVAILABLE', { reason })
}

function hitsOf(answer: unknown): readonly unknown[] {
  const hits = valueAt(answer, 'hits', 'hits')
  return Array.isArray(hits) ? hits : []
}

function documentOf(hit: unknown): ComparedDocument {
  const id = String(valueAt(hit, '_id'))
  const found = valueAt(hit, '_source')
  const source = isObject(found) ? found : {}
  const sort = valueAt(hit, 'sort')
  const ms: unknown = Array.isArray(sort) ? sort[0] : undefined
  return {
    id,
    ms: typeof ms === 'number' ? ms : Number.POSITIVE_INFINITY,
    hash: documentHash(id, source),
  }
}
