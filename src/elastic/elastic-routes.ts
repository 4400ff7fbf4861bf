import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../kernel/index.ts'
import type { Search } from '../search/index.ts'
import { answerText } from './answer-text.ts'
import { clusterRoutes } from './cluster-routes.ts'
import { documentRoutes } from './document-routes.ts'
import type { DocumentWriter } from './document-writer.ts'
import { type ErrorAnswer, errorAnswer, unexpectedAnswer } from './error-answer.ts'
import { answerType } from './media-type.ts'
import { allowedMethods } from './method-check.ts'
import { type AnswerQuery, checkParameters } from './parameters.ts'
import { readBody } from './request-body.ts'
import type { ElasticAnswer, ElasticRoute } from './route.ts'
import { searchRoutes } from './search-routes.ts'

export interface ElasticRoutesOptions {
  readonly search: Search
  /** One for all places where the routes are mounted: it knows the ids being written. */
  readonly writer: DocumentWriter
  readonly logger: Logger
  /** Identity of this installation, always the same; 22 URL-safe characters in Elasticsearch. */
  readonly clusterUuid: string
  /** Largest body, unpacked. */
  readonly maxBodyBytes: number
}

/** Elasticsearch's HTTP interface as a Fastify plugin; may be mounted under a prefix, and twice. */
export const elasticRoutes: FastifyPluginAsync<ElasticRoutesOptions> = async (server, options) => {
  const routes = [
    ...clusterRoutes(options),
    ...searchRoutes(options.search),
    ...documentRoutes(options),
  ]
  // bodies are read by hand: searches come with GET and a body, and with any content type
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const route of routes) mount(server, route, options)
  server.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request, server.prefix)
    await send(request, reply, unknownRoute(path, request.method, allowedMethods(routes, path)))
  })
  server.setErrorHandler(async (error, request, reply) => {
    await send(request, reply, fastifyError(error, options.logger))
  })
}

function mount(server: FastifyInstance, route: ElasticRoute, options: ElasticRoutesOptions): void {
  server.route({
    method: [...route.methods],
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      await send(request, reply, await handled(server, route, request, options))
    },
  })
}

async function handled(
  server: FastifyInstance,
  route: ElasticRoute,
  request: FastifyRequest,
  { maxBodyBytes, logger }: ElasticRoutesOptions,
): Promise<ElasticAnswer> {
  const query = request.query as AnswerQuery
  try {
    const body = await readBody(request, maxBodyBytes)
    checkParameters(query, route.parameters, pathOf(request, server.prefix))
    const path = request.params as Readonly<Record<string, string | undefined>>
    return await route.handle({ path, query, body, raw: request })
  } catch (error) {
    return known(error, logger)
  }
}

function known(error: unknown, logger: Logger): ErrorAnswer {
  const answer = errorAnswer(error)
  if (answer !== undefined) return answer
  logger.error({ err: error }, 'search request failed')
  return unexpectedAnswer(error)
}

/** What Fastify itself refuses, such as a path that cannot be decoded. */
function fastifyError(error: unknown, logger: Logger): ErrorAnswer {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 500 || !(error instanceof Error)) return known(error, logger)
  const cause = { type: 'illegal_argument_exception', reason: error.message }
  return { status, body: { error: { root_cause: [cause], ...cause }, status } }
}

function unknownRoute(path: string, method: string, allowed: readonly string[]): ElasticAnswer {
  if (allowed.length === 0) {
    return {
      status: 400,
      body: { error: `no handler found for uri [${path}] and method [${method}]` },
    }
  }
  return {
    status: 405,
    headers: { allow: allowed.join(',') },
    body: {
      error: `Incorrect HTTP method for uri [${path}] and method [${method}], allowed: [${allowed.join(', ')}]`,
      status: 405,
    },
  }
}

function pathOf(request: FastifyRequest, prefix: string): string {
  const [path = '/'] = request.url.split('?')
  return path.slice(prefix.length) || '/'
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: ElasticAnswer,
): Promise<void> {
  const { accept, 'accept-encoding': encodings } = request.headers
  reply.header('x-elastic-product', 'Elasticsearch')
  let current = answer
  let type = 'application/json'
  try {
    type = answerType(accept)
  } catch (error) {
    current = errorAnswer(error) ?? unexpectedAnswer(error)
  }
  const isText = typeof current.body === 'string'
  reply.status(current.status ?? 200)
  reply.header('content-type', isText ? 'text/plain; charset=UTF-8' : type)
  reply.headers({ ...current.headers })
  if (request.method === 'HEAD') {
    await reply.send()
    return
  }
  const query = request.query as AnswerQuery
  const { payload, encoding } = await answerText(current.body, query, String(encodings ?? ''))
  if (encoding !== undefined) {
    reply.headers({ 'content-encoding': encoding, vary: 'accept-encoding' })
  }
  await reply.send(payload)
}
