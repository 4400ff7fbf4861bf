import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signedHeaders } from '../../src/store/snapshot/aws-signature.ts'

export const BUCKET_KEYS = { accessKey: 'test-key', secretKey: 'test-secret' } as const
export const BUCKET = 'backups'
const REGION = 'us-east-1'
/** Of a list: small, so that lists have several pages. */
const PAGE_KEYS = 3

/** Storage that speaks S3 as far as snapshots need it, and refuses what is not signed rightly. */
export class BucketServer {
  readonly objects = new Map<string, Buffer>()
  /** Requests to be answered with 503 before others are served again. */
  failing = 0
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
    })
  }

  static async start(): Promise<BucketServer> {
    const bucket = new BucketServer()
    await new Promise<void>((resolve) => bucket.#server.listen(0, '127.0.0.1', resolve))
    return bucket
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (this.failing > 0) {
      this.failing--
      refuse(response, 503, 'SlowDown')
      return
    }
    const url = new URL(request.url ?? '/', this.endpoint)
    const fault = signatureFault(request, url, body)
    if (fault !== undefined) refuse(response, 403, fault)
    else this.#serve(request.method ?? 'GET', url, body, response)
  }

  #serve(method: string, url: URL, body: Buffer, response: ServerResponse): void {
    const [bucket, ...parts] = decodeURIComponent(url.pathname.slice(1)).split('/')
    const key = parts.join('/')
    if (bucket !== BUCKET) refuse(response, 404, 'NoSuchBucket')
    else if (method === 'PUT') {
      this.objects.set(key, body)
      response.end()
    } else if (method === 'DELETE') {
      this.objects.delete(key)
      response.writeHead(204).end()
    } else if (url.searchParams.has('list-type')) response.end(this.#list(url.searchParams))
    else {
      const found = this.objects.get(key)
      if (found === undefined) refuse(response, 404, 'NoSuchKey')
      else response.end(found)
    }
  }

  #list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? ''
    const after = query.get('continuation-token') ?? ''
    const keys = [...this.objects.keys()].sort((a, b) => (a < b ? -1 : 1))
    const left = keys.filter((key) => key.startsWith(prefix) && key > after)
    const page = left.slice(0, PAGE_KEYS)
    const isCut = left.length > page.length
    const contents = page.map(
      (key) =>
        `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><Size>${this.objects.get(key)!.length}</Size></Contents>`,
    )
    const token = isCut ? `<NextContinuationToken>${page.at(-1)!}</NextContinuationToken>` : ''
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isCut}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`)
}

/** Signs the request again with the key that is known, as a server does. */
function signatureFault(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const { authorization = '', 'x-amz-date': time = '' } = request.headers as Record<string, string>
  const sum = createHash('sha256').update(body).digest('hex')
  if (request.headers['x-amz-content-sha256'] !== sum) return 'XAmzContentSHA256Mismatch'
  const [, list = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? []
  const own = ['host', 'x-amz-date', 'x-amz-content-sha256']
  if (!own.every((name) => list.split(';').includes(name))) return 'AccessDenied'
  const headers = Object.fromEntries(
    list
      .split(';')
      .filter((name) => !own.includes(name))
      .map((name) => [name, String(request.headers[name])]),
  )
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const signed = signedHeaders(
    { method: request.method ?? '', url, headers, bodySha256: sum },
    { keys: BUCKET_KEYS, region: REGION, nowMs: Date.parse(iso) },
  )
  return signed.authorization === authorization ? undefined : 'SignatureDoesNotMatch'
}
