import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import { AppError, isAppError } from '../kernel/index.ts'
import type { ConsoleStatus } from './console-status.ts'
import { refuseForeignRequest } from './loopback-guard.ts'
import { MISSING_PAGE } from './missing-page.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

export interface ConsoleOptions {
  /** Folder of the built page, `ui/dist`; it may be missing. */
  readonly uiFolder: string
  readonly version: string
  /** Tells the system's state; called for each `GET /api/status`. */
  status(): Omit<ConsoleStatus, 'version'> | Promise<Omit<ConsoleStatus, 'version'>>
  /** The Elasticsearch API, mounted under `/es` behind the same guard. */
  readonly elastic?: FastifyPluginAsync
}

const STATUS_PATH = '/api/status'
const READ_METHODS = 'GET, HEAD'
/** Files at the top of the page's folder; every other path without a dot is a view of the page. */
const FILE_PATH = /\/[^/]+\.[a-z0-9]+$/i

/**
 * Creates the plugin that serves the web page, its JSON API and, when given, the Elasticsearch
 * API under `/es`. It has no log-in: it answers only requests made to loopback names from its
 * own pages, whatever address the server listens on.
 */
export function consoleRoutes(options: ConsoleOptions): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.headers(SECURITY_HEADERS)
      refuseForeignRequest(request)
    })
    app.setErrorHandler<FastifyError>(answerError)
    if (options.elastic !== undefined) await app.register(options.elastic, { prefix: '/es' })
    statusRoute(app, options)
    await pageRoutes(app, options.uiFolder)
  }
}

function statusRoute(app: FastifyInstance, { status, version }: ConsoleOptions): void {
  app.get(STATUS_PATH, async (_, reply): Promise<ConsoleStatus> => {
    reply.header('cache-control', 'no-store')
    return { version, ...(await status()) }
  })
  app.get('/api/*', refuseRoute)
}

async function pageRoutes(app: FastifyInstance, uiFolder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: uiFolder,
    serve: false,
    preCompressed: true,
    suppressWarning: true,
    cacheControl: false,
  })
  app.get('/assets/*', (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .sendFile(pathOf(request).slice(1)),
  )
  app.get('/*', (request, reply) => {
    reply.header('cache-control', 'no-cache')
    if (!existsSync(join(uiFolder, 'index.html'))) {
      return reply.code(503).type('text/html; charset=utf-8').send(MISSING_PAGE)
    }
    const path = pathOf(request)
    return reply.sendFile(FILE_PATH.test(path) ? path.slice(1) : 'index.html')
  })
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const known = path === STATUS_PATH || !path.startsWith('/api/')
    const read = request.method === 'GET' || request.method === 'HEAD'
    return known && !read ? refuseMethod(request, reply) : refuseRoute(request, reply)
  })
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/'
}

function refuseRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('cache-control', 'no-store')
  return sendError(reply, new AppError('ROUTE_UNKNOWN', { path: pathOf(request) }))
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('allow', READ_METHODS)
  const details = { method: request.method, path: pathOf(request), allowed: READ_METHODS }
  return sendError(reply, new AppError('METHOD_NOT_ALLOWED', details))
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (isAppError(error)) {
    sendError(reply, error)
    return
  }
  const status = error.statusCode ?? 500
  if (status < 500) {
    sendError(reply, new AppError('REQUEST_REFUSED', { reason: error.message }), status)
    return
  }
  request.log.error({ err: error }, 'console request failed')
  sendError(reply, new AppError('INTERNAL'))
}

function sendError(reply: FastifyReply, error: AppError, status = error.status): FastifyReply {
  const { code, message, details } = error
  return reply.code(status).send({ error: { code, message, details } })
}
