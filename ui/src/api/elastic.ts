import { ApiFailure, failureOf } from './api-failure.ts'

const SEARCH_PATH = '/es/holysheep-requests-*/_search'
/** A little longer than the server's own limit, so that its answer comes first. */
const TIMEOUT_MS = 35_000

/** A record's fields as they are searched and returned. */
export type CallSource = Readonly<Record<string, unknown>>

export interface SearchHit {
  readonly _index: string
  readonly _id: string
  readonly _source: CallSource
}

/** The parts of an Elasticsearch answer that the console reads. */
export interface SearchAnswer {
  readonly took: number
  readonly hits: {
    readonly total?: { readonly value: number }
    readonly hits: readonly SearchHit[]
  }
  readonly aggregations?: Readonly<Record<string, unknown>>
}

/** Address of the search as another program on this machine would call it. */
export function searchAddress(origin: string): string {
  return `${origin}${SEARCH_PATH}`
}

/**
 * Searches the calls.
 *
 * @throws ApiFailure
 */
export async function searchCalls(body: object, signal: AbortSignal): Promise<SearchAnswer> {
  return (await fetchJson(
    SEARCH_PATH,
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    signal,
  )) as SearchAnswer
}

/**
 * Fetches and parses JSON.
 *
 * @throws ApiFailure when unreachable, late, refused or not JSON
 */
export async function fetchJson(
  path: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<unknown> {
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.any([signal, limit]) })
    const answer: unknown = await response.json()
    if (!response.ok) throw failureOf(response.status, answer)
    return answer
  } catch (error) {
    if (error instanceof ApiFailure || signal.aborted) throw error
    if (limit.aborted) throw new ApiFailure('late', `${TIMEOUT_MS / 1_000} s`)
    if (error instanceof SyntaxError) throw new ApiFailure('broken', error.message)
    throw new ApiFailure('unreachable', error instanceof Error ? error.message : String(error))
  }
}
