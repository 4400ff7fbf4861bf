import { type IncomingHttpHeaders, request } from 'node:http'

/** A request as its bytes go out: nothing is encoded or added but a length. */
export interface WireRequest {
  readonly method?: string
  /** Path and query as they stand in the request line. */
  readonly path: string
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface WireAnswer {
  readonly status: number
  readonly text: string
  readonly headers: IncomingHttpHeaders
  readonly tookMs: number
}

const TOO_LONG_MS = 45_000

/** Sends one request of JSON and answers whatever came back. */
export function ask(url: string, wire: WireRequest): Promise<WireAnswer> {
  const { method = wire.body === undefined ? 'GET' : 'POST', path, body, headers } = wire
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const startMs = performance.now()
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        headers: {
          ...(bytes !== undefined && {
            'content-type': 'application/json',
            'content-length': bytes.length,
          }),
          ...headers,
        },
        timeout: TOO_LONG_MS,
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            headers: answer.headers,
            tookMs: performance.now() - startMs,
          }),
        )
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    sent.end(bytes)
  })
}

/** As `ask`, with the body as JSON. */
export function askJson(url: string, path: string, body: unknown): Promise<WireAnswer> {
  return ask(url, { path, body: JSON.stringify(body) })
}

/** Statuses with which a server that lives refuses: it is busy, full, or out of time. */
const SHEDDING = [408, 413, 429, 503]

/** What is wrong with an answer to a hostile request; undefined when it is a proper one. */
export function faultOf({ status, text, headers }: WireAnswer): string | undefined {
  if (status >= 200 && status < 300) return undefined
  const isRefusal = (status >= 400 && status < 500) || SHEDDING.includes(status)
  if (!isRefusal) return `status ${status}`
  if (headers['x-elastic-product'] !== 'Elasticsearch') return `not answered as a search engine`
  return text === '' ? undefined : shapeFault(text, status)
}

function shapeFault(text: string, status: number): string | undefined {
  let body: Record<string, unknown>
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    return 'not JSON'
  }
  const { error } = body
  // what is not there has an answer of its own: a document, a scroll, a point in time
  if (error === undefined && status === 404) return undefined
  if (typeof error === 'string') return undefined
  const { type, reason, root_cause: causes } = (error ?? {}) as Record<string, unknown>
  if (typeof type !== 'string' || typeof reason !== 'string') return 'error without type or reason'
  if (!Array.isArray(causes) || causes.length === 0) return 'error without root cause'
  return body.status === status ? undefined : `status of the body is ${String(body.status)}`
}
