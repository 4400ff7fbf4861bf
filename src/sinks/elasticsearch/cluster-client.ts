import type { Readable } from 'node:stream'
import { type Dispatcher, Pool } from 'undici'
import { type Clock, messageOf } from '../../kernel/index.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { NodeRing } from './node-ring.ts'

export type ClusterMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'

export interface ClusterRequest {
  readonly method: ClusterMethod
  /** With its query; begins with a slash. */
  readonly path: string
  /** A text or bytes are sent again to another node, a stream is not. */
  readonly body?: string | Uint8Array | Readable
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** No node answered; the request may or may not have been carried out. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  readonly reason: string
}

export interface StreamedAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

export interface WholeAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: StreamedAnswer['headers']
  readonly text: string
}

const CONNECT_MS = 5_000
/** Of one node at once; more wait. */
const CONNECTIONS = 64

/** Talks to the nodes of a cluster, with our credentials. */
export class ClusterClient {
  readonly #access: ClusterAccess
  readonly #ring: NodeRing<Node>
  readonly #nodes: readonly Node[]

  constructor(access: ClusterAccess, clock: Clock) {
    this.#access = access
    this.#nodes = access.nodes.map((address) => openNode(address, access))
    this.#ring = new NodeRing(this.#nodes, clock)
  }

  /** Sends a request to one node after the other until one answers, with any status. */
  async open(request: ClusterRequest): Promise<StreamedAnswer | NoAnswer> {
    const order = this.#ring.order()
    const tried = isRepeatable(request.body) ? order : order.slice(0, 1)
    const reasons: string[] = []
    for (const node of tried) {
      try {
        const { statusCode, headers, body } = await this.#send(node, request)
        this.#ring.answered(node)
        return { kind: 'answer', status: statusCode, headers, body }
      } catch (error) {
        if (request.signal?.aborted) return { kind: 'no-answer', reason: 'the request was ended' }
        this.#ring.failed(node)
        reasons.push(`${node.address}: ${reasonOf(error)}`)
      }
    }
    return { kind: 'no-answer', reason: reasons.join('; ') }
  }

  /** Like `open`, with the whole answer as text. */
  async request(request: ClusterRequest): Promise<WholeAnswer | NoAnswer> {
    const answer = await this.open(request)
    if (answer.kind === 'no-answer') return answer
    const { kind, status, headers, body } = answer
    const chunks: Buffer[] = []
    try {
      for await (const chunk of body) chunks.push(chunk as Buffer)
    } catch (error) {
      return { kind: 'no-answer', reason: reasonOf(error) }
    }
    return { kind, status, headers, text: Buffer.concat(chunks).toString('utf8') }
  }

  #send({ pool, prefix }: Node, request: ClusterRequest): Promise<Dispatcher.ResponseData> {
    const { method, path, body, headers, signal } = request
    const { authorization } = this.#access
    return pool.request({
      method,
      path: prefix + path,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
        ...(authorization !== undefined && { authorization }),
      },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    })
  }

  /** Ends the connections; what is under way fails. */
  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(({ pool }) => pool.destroy()))
  }
}

interface Node {
  readonly address: string
  readonly pool: Pool
  /** Path below which the cluster is found, behind a proxy. */
  readonly prefix: string
}

function openNode(address: string, { ca, verify, timeoutMs }: ClusterAccess): Node {
  const { origin, pathname } = new URL(address)
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      timeout: CONNECT_MS,
      rejectUnauthorized: verify,
      ...(ca !== undefined && { ca }),
    },
  })
  return { address: origin, pool, prefix: pathname.replace(/\/$/, '') }
}

function isRepeatable(body: ClusterRequest['body']): boolean {
  return body === undefined || typeof body === 'string' || body instanceof Uint8Array
}

/** An error that stands for several attempts to connect has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return messageOf(error)
}
