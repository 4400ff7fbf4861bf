import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock, Logger } from '../kernel/index.ts'
import type { AsyncSearches, Cursors, Search } from '../search/index.ts'
import { answerText, checkFormat, isYaml } from './answer-text.ts'
import { asyncSearchRoutes } from './async-search-routes.ts'
import { BodyMemory } from './body-memory.ts'
import { byQueryRoutes } from './by-query-routes.ts'
import { adminRoutes } from './cluster-admin-routes.ts'
import { cursorRoutes } from './cursor-routes.ts'
import { DocumentRouter } from './document-router.ts'
import { documentRoutes } from './document-routes.ts'
import type { DocumentWriter } from './document-writer.ts'
import { type ErrorAnswer, errorAnswer, unexpectedAnswer } from './error-answer.ts'
import { fieldCapsRoutes } from './field-caps-routes.ts'
import { IndexCatalog } from './index-catalog.ts'
import type { Indices } from './indices.ts'
import { answerType } from './media-type.ts'
import { allowedMethods } from './method-check.ts'
import { type AnswerQuery, checkParameters } from './parameters.ts'
import { readBody } from './request-body.ts'
import type { ElasticAnswer, ElasticRoute } from './route.ts'
import { searchRoutes } from './search-routes.ts'
import type { Snapshots } from './snapshots.ts'

export interface ElasticRoutesOptions {
  readonly search: Search
  readonly indices: Indices
  readonly clock: Clock
  /** Scrolls and points in time; one for all places too. */
  readonly cursors: Cursors
  readonly asyncSearches: AsyncSearches
  /** One for all places where the routes are mounted: it knows the ids being written. */
  readonly writer: DocumentWriter
  readonly logger: Logger
  /** Identity of this installation, always the same; 22 URL-safe characters in Elasticsearch. */
  readonly clusterUuid: string
  /** Largest body, unpacked. */
  readonly maxBodyBytes: number
  /** Absent where no snapshots can be taken. */
  readonly snapshots?: Snapshots | undefined
}

/** Elasticsearch's HTTP interface as a Fastify plugin; may be mounted under a prefix, and twice. */
export const elasticRoutes: FastifyPluginAsync<ElasticRoutesOptions> = async (server, options) => {
  const { search, indices, clock, writer, cursors, asyncSearches } = options
  const catalog = new IndexCatalog(indices, clock)
  const router = new DocumentRouter({ catalog, logs: writer, clock })
  const routes = [
    ...adminRoutes({ ...options, catalog }),
    ...searchRoutes({ search, cursors }),
    ...cursorRoutes(cursors),
    ...asyncSearchRoutes(search, asyncSearches),
    ...fieldCapsRoutes(search),
    ...documentRoutes({ search, router }),
    ...byQueryRoutes({ cursors, router }),
  ]
  mountRoutes(server, routes, options)
}

/** Offers routes, and answers every other request as Elasticsearch does. */
export function mountRoutes(
  server: FastifyInstance,
  routes: readonly ElasticRoute[],
  options: MountOptions,
): void {
  // bodies are read by hand: searches come with GET and a body, and with any content type
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const mounted = { ...options, bodies: new BodyMemory(options.maxBodyBytes) }
  for (const route of routes) mount(server, route, routes, mounted)
  server.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request, server.prefix)
    await send(request, reply, unknownRoute(path, request.method, allowedMethods(routes, path)))
  })
  server.setErrorHandler(async (error, request, reply) => {
    await send(request, reply, fastifyError(error, options.logger))
  })
}

type MountOptions = Pick<ElasticRoutesOptions, 'logger' | 'maxBodyBytes'>

interface Mounted extends MountOptions {
  readonly bodies: BodyMemory
}

function mount(
  server: FastifyInstance,
  route: ElasticRoute,
  routes: readonly ElasticRoute[],
  options: Mounted,
): void {
  server.route({
    method: [...route.methods],
    url: route.path,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const path = pathOf(request, server.prefix)
      // `/_mapping` is never an index, whatever the method
      const allowed = isReserved(route, path) ? allowedMethods(routes, path) : []
      const answer =
        allowed.length > 0
          ? unknownRoute(path, request.method, allowed)
          : await handled(server, route, request, options)
      await send(request, reply, answer)
    },
  })
}

function isReserved(route: ElasticRoute, path: string): boolean {
  return route.path.startsWith('/:') && path.startsWith('/_')
}

async function handled(
  server: FastifyInstance,
  route: ElasticRoute,
  request: FastifyRequest,
  { maxBodyBytes, logger, bodies }: Mounted,
): Promise<ElasticAnswer> {
  const query = queryOf(request)
  const held = bodies.hold()
  try {
    const body = await readBody(request, maxBodyBytes, held)
    checkParameters(query, route.parameters, pathOf(request, server.prefix))
    checkFormat(query)
    const path = request.params as Readonly<Record<string, string | undefined>>
    return await route.handle({ path, query, body, raw: request })
  } catch (error) {
    return known(error, logger)
  } finally {
    held.release()
  }
}

/** A parameter that is given twice counts as it was given last. */
function queryOf({ query }: FastifyRequest): AnswerQuery {
  const given = Object.entries(query as Readonly<Record<string, string | readonly string[]>>)
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : value.at(-1)]),
  )
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
  reply.header('x-elastic-product', 'Elasticsearch')
  try {
    await sendWritten(request, reply, answer)
  } catch (error) {
    // it cannot be written as the request asks: the error can
    const { status, body } = errorAnswer(error) ?? unexpectedAnswer(error)
    await reply.status(status).header('content-type', 'application/json').send(body)
  }
}

async function sendWritten(
  request: FastifyRequest,
  reply: FastifyReply,
  { status = 200, body, headers }: ElasticAnswer,
): Promise<void> {
  const { accept, 'accept-encoding': encodings } = request.headers
  const query = queryOf(request)
  let type = answerType(accept)
  if (typeof body === 'string') type = 'text/plain; charset=UTF-8'
  else if (isYaml(query)) type = 'application/yaml'
  const { payload, encoding } =
    request.method === 'HEAD'
      ? { payload: undefined, encoding: undefined }
      : await answerText(body, query, String(encodings ?? ''))
  reply.status(status)
  reply.header('content-type', type)
  reply.headers({ ...headers })
  if (encoding !== undefined) {
    reply.headers({ 'content-encoding': encoding, vary: 'accept-encoding' })
  }
  await reply.send(payload)
}
