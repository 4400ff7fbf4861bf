/** An answer longer in coming is given up. */
const LONGEST_MS = 120_000

/** An answer of a search engine. */
export interface Answered {
  readonly status: number
  /** From the request to the last byte of the answer. */
  readonly ms: number
  readonly text: string
}

interface Asking {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: string | Buffer
  /** Default `application/json`. */
  readonly type?: string
  readonly withinMs?: number
}

/**
 * Asks a search engine and returns its answer, whatever the status.
 *
 * @throws Error when none comes in time
 */
export async function ask(url: string, asking: Asking): Promise<Answered> {
  const { method, body, type = 'application/json', withinMs = LONGEST_MS } = asking
  const startMs = performance.now()
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': type } }),
    signal: AbortSignal.timeout(withinMs),
  })
  const text = await response.text()
  return { status: response.status, ms: performance.now() - startMs, text }
}

/**
 * Asks for something that has to work.
 *
 * @throws Error with the answer's beginning when its status is not 2xx
 */
export async function askSurely<T>(url: string, asking: Asking): Promise<T> {
  const { status, text } = await ask(url, asking)
  if (status >= 200 && status < 300) return JSON.parse(text) as T
  throw new Error(`${asking.method} ${url} was answered with ${status}: ${text.slice(0, 400)}`)
}

/** All indices that hold records of calls. */
export const CALLS = 'holysheep-requests-*'

/** Records of calls that a search can find. */
export async function countOf(url: string): Promise<number> {
  const { count } = await askSurely<{ count: number }>(`${url}/${CALLS}/_count`, { method: 'GET' })
  return count
}
