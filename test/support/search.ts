import { pollUntil } from './poll-until.ts'

interface SearchAnswer {
  readonly hits: {
    readonly total: { readonly value: number }
    readonly hits: readonly { readonly _id: string; readonly _source: Record<string, unknown> }[]
  }
  readonly aggregations?: Record<string, unknown>
}

/** A record is promised to be searchable a second after its call; a busy machine gets more. */
export const SEARCHABLE_MS = 1_000
export const SEARCHABLE_SLACK_MS = 2_000

/** Searches all call records. */
export async function search(searchUrl: string, body: unknown): Promise<SearchAnswer> {
  const response = await fetch(`${searchUrl}/holysheep-requests-*/_search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`search answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as SearchAnswer
}

/** Waits until the record of a call can be found by its id and returns it. */
export async function recordOf(
  searchUrl: string,
  requestId: string,
  limitMs = SEARCHABLE_MS + SEARCHABLE_SLACK_MS,
): Promise<Record<string, unknown>> {
  return pollUntil(
    `the record of ${requestId}`,
    async () => {
      const { hits } = await search(searchUrl, {
        query: { term: { 'request_id.keyword': requestId } },
      })
      return hits.hits[0]?._source
    },
    limitMs,
  )
}
