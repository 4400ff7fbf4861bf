import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { answerType, errorAnswer, readBody } from '../../elastic/index.ts'
import type { Logger } from '../../kernel/index.ts'
import type { ClusterClient, StreamedAnswer } from '../../sinks/index.ts'
import { clusterAway, engineFailure, type OwnAnswer } from './engine-failure.ts'
import type { JournalWrites } from './journal-writes.ts'
import { type Passage, passageOf } from './pass-through-rules.ts'

export interface PassThroughOptions {
  readonly client: ClusterClient
  readonly writes: JournalWrites
  readonly logger: Logger
  /** Largest body of a write to log indices, unpacked. */
  readonly maxBodyBytes: number
}

/** Headers of a client that are passed on; never its credentials. */
const REQUEST_HEADERS = ['accept-encoding', 'content-encoding', 'x-opaque-id'] as const
const ANSWER_HEADERS = [
  'content-encoding',
  'content-length',
  'location',
  'retry-after',
  'warning',
  'allow',
] as const

/** The Elasticsearch interface with a real cluster behind it, as a Fastify plugin. */
export const passThrough: FastifyPluginAsync<PassThroughOptions> = async (server, options) => {
  // bodies are streamed on, whatever their type
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const url = request.url.slice(server.prefix.length)
    const [rawPath = '/', search = ''] = split(url, '?')
    const passage = passageOf(request.method, rawPath === '' ? '/' : rawPath)
    try {
      await carryOut(passage, search, request, reply, options)
    } catch (error) {
      await sendOwn(request, reply, failureOf(error, options.logger))
    }
  }
  const method = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
  for (const url of ['/', '/*']) {
    server.route({ method, url, exposeHeadRoute: false, handler: handle })
  }
  server.setNotFoundHandler((request, reply) => sendOwn(request, reply, refusal(request)))
}

/** Both parts of a text around the first separator. */
function split(text: string, separator: string): readonly string[] {
  const place = text.indexOf(separator)
  return place === -1 ? [text] : [text.slice(0, place), text.slice(place + 1)]
}

async function carryOut(
  passage: Passage,
  search: string,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PassThroughOptions,
): Promise<void> {
  const { writes, maxBodyBytes } = options
  const query = new URLSearchParams(search)
  switch (passage.kind) {
    case 'refused':
      return sendOwn(request, reply, refusal(request))
    case 'pass':
      return pass(passage, search, request.raw, request, reply, options)
    case 'document': {
      const source = objectOf(await readBody(request, maxBodyBytes))
      const answer = source && (await writes.document({ ...passage, source }, query))
      return sendOwn(request, reply, answer ?? notAnObject())
    }
    case 'bulk': {
      const text = await readBody(request, maxBodyBytes)
      const answer = await writes.bulk(text, passage.index, query)
      if (answer !== undefined) return sendOwn(request, reply, answer)
      const { path } = passage
      return pass({ kind: 'pass', method: 'POST', path }, search, text, request, reply, options)
    }
    default:
      return passage satisfies never
  }
}

/** Passes a request on and its answer back, both as streams. */
async function pass(
  { method, path }: Extract<Passage, { kind: 'pass' }>,
  search: string,
  body: FastifyRequest['raw'] | string,
  request: FastifyRequest,
  reply: FastifyReply,
  { client }: PassThroughOptions,
): Promise<void> {
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  const answer = await client.open({
    method,
    path: search === '' ? path : `${path}?${search}`,
    headers: requestHeaders(request, typeof body === 'string'),
    ...(hasBody(request) && { body }),
    signal: left.signal,
  })
  if (answer.kind === 'no-answer') return sendOwn(request, reply, clusterAway(answer.reason))
  if (answer.status === 401) {
    answer.body.resume()
    return sendOwn(request, reply, clusterAway('it refuses our credentials'))
  }
  reply.status(answer.status)
  reply.headers(answerHeaders(answer, request))
  await reply.send(request.method === 'HEAD' ? undefined : answer.body)
}

function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

/**
 * The vendor's media types are for Elasticsearch of one version, and the cluster may be of
 * another: it gets plain JSON, the client the type it asked for.
 */
function requestHeaders(request: FastifyRequest, isRead: boolean): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of REQUEST_HEADERS) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  // what was read here was unpacked
  if (isRead) delete headers['content-encoding']
  const type = request.headers['content-type']
  if (type !== undefined && hasBody(request)) {
    headers['content-type'] = type.replace(
      /application\/vnd\.elasticsearch\+([a-z-]+).*/,
      'application/$1',
    )
  }
  const { accept } = request.headers
  if (accept !== undefined && !accept.includes('vnd.elasticsearch')) headers.accept = accept
  return headers
}

function answerHeaders({ headers }: StreamedAnswer, request: FastifyRequest) {
  const kept: Record<string, string | string[]> = { 'x-elastic-product': 'Elasticsearch' }
  for (const name of ANSWER_HEADERS) {
    const value = headers[name]
    if (value !== undefined) kept[name] = value
  }
  const type = headers['content-type']
  const isJson = String(type).startsWith('application/json')
  if (type !== undefined) kept['content-type'] = isJson ? typeFor(request) : type
  return kept
}

function typeFor(request: FastifyRequest): string {
  try {
    return answerType(request.headers.accept)
  } catch {
    return 'application/json'
  }
}

async function sendOwn(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body }: OwnAnswer,
): Promise<void> {
  reply.status(status)
  reply.headers({ 'x-elastic-product': 'Elasticsearch', 'content-type': typeFor(request) })
  await reply.send(request.method === 'HEAD' ? undefined : Buffer.from(JSON.stringify(body)))
}

function refusal({ method, url }: FastifyRequest): OwnAnswer {
  const [path = '/'] = split(url, '?')
  return engineFailure(
    403,
    'security_exception',
    `[${method} ${path}] is not passed on to the cluster: only searches and documents are`,
  )
}

function notAnObject(): OwnAnswer {
  return engineFailure(400, 'parse_exception', 'request body must be a JSON object')
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

function failureOf(error: unknown, logger: Logger): OwnAnswer {
  const known = errorAnswer(error)
  if (known !== undefined) return known
  logger.error({ err: error }, 'request for the cluster failed')
  return engineFailure(500, 'exception', 'internal error')
}
