import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeyBook, PriceBook } from '../accounts/index.ts'
import { AppError, type Clock, type Config, type Logger, messageOf } from '../kernel/index.ts'
import { createRequestId } from '../record/index.ts'
import { AnswerReuse } from './answer-reuse.ts'
import type { CallJournal } from './call-log.ts'
import { badRequest, type CallerError, INTERNAL } from './caller-error.ts'
import { DrainGate } from './drain-gate.ts'
import { type AddressedEndpoint, findEndpoint, protocolOf } from './endpoints.ts'
import { InFlight } from './in-flight.ts'
import { IncomingCall } from './incoming-call.ts'
import { RateLimiter } from './limits/rate-limiter.ts'
import { RelayMetrics } from './metrics.ts'
import { answerModels, isModelsPath } from './models-endpoint.ts'
import { PROTOCOLS } from './protocols/index.ts'
import { RefusalLimit } from './refusal-limit.ts'
import type { RelayServices } from './relay-services.ts'
import { Reply } from './reply.ts'
import { Router } from './routing/router.ts'
import { statusPage } from './status-page.ts'
import { refuseUnreadable } from './unreadable-request.ts'
import { answerUsage, isUsagePath, type UsageSource } from './usage-endpoint.ts'

export interface RelayOptions {
  readonly config: Config
  readonly keys: KeyBook
  readonly prices: PriceBook
  readonly journal: CallJournal
  readonly clock: Clock
  readonly logger: Logger
  /** Name of this machine, for the record's `relay_host`. */
  readonly hostName: string
  /** What keys have used so far; without it `/v1/usage` says that it is not available. */
  readonly usage?: UsageSource
  /** Numbers from 0 to 1, for shares and pauses. */
  readonly random?: () => number
}

export interface Relay {
  /**
   * Starts to take calls on the configured address; a port of 0 lets the system choose.
   *
   * @throws AppError PORT_IN_USE
   */
  listen(): Promise<{ readonly port: number }>
  /**
   * Takes no more calls, lets those under way finish for `drainMs`, then ends them with an error
   * of their own. Every record is closed when it resolves.
   */
  close(drainMs: number): Promise<void>
  /**
   * Takes another configuration for the calls that come from now on: providers, models, limits
   * and `relay`. Calls under way end as they began; what did not change keeps its connections.
   */
  reload(config: Config): void
  /** The journal's `open` entries of the calls under way, to be repeated in a new segment. */
  inFlight(): readonly Uint8Array[]
}

/** Idle connections of callers are kept this long: longer than balancers in front usually do. */
const KEEP_ALIVE_MS = 75_000

/** A connection on which nothing moves for this long beyond the longest call is closed. */
const SILENT_CALLER_MS = 30_000

/** Builds the data plane: callers' requests in, providers' answers out, one record per call. */
export function createRelay(options: RelayOptions): Relay {
  return new HttpRelay(options)
}

class HttpRelay implements Relay {
  readonly #services: RelayServices
  readonly #listen: Config['listen']
  readonly #server: Server
  readonly #usage: UsageSource | undefined
  #closing: boolean = false

  constructor({ config, journal, clock, usage, random = Math.random, ...rest }: RelayOptions) {
    const inFlight = new InFlight(clock)
    this.#usage = usage
    this.#services = {
      ...rest,
      journal,
      clock,
      random,
      settings: config.relay,
      startedMs: clock.nowMs(),
      router: new Router(config, clock),
      limiter: new RateLimiter(config.limits, clock),
      reuse: new AnswerReuse(config.relay, clock),
      inFlight,
      drainGate: new DrainGate(),
      refusalLimit: new RefusalLimit(clock),
      metrics: new RelayMetrics({
        inFlight: () => inFlight.size,
        journalState: () => journal.status().state,
        journalBytes: () => journal.status().bytes,
      }),
    }
    this.#listen = config.listen
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 })
    // a caller who stops reading must not hold his answer in memory for ever
    this.#setTimeout(config.relay)
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      this.#answer(request, response)
    this.#server.on('request', answer)
    this.#server.on('checkContinue', answer)
    this.#server.on('clientError', refuseUnreadable)
  }

  async listen(): Promise<{ readonly port: number }> {
    const { host, relay } = this.#listen
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const inUse = error.code === 'EADDRINUSE'
        reject(inUse ? new AppError('PORT_IN_USE', { host, port: relay }, error) : error)
      })
      this.#server.listen(relay, host, resolve)
    })
    return { port: (this.#server.address() as AddressInfo).port }
  }

  async close(drainMs: number): Promise<void> {
    const { inFlight, router } = this.#services
    this.#closing = true
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    this.#server.closeIdleConnections()
    inFlight.closeConnections()
    await inFlight.whenEmpty(drainMs)
    inFlight.shutDown()
    await router.close()
    // answers that were just given are on their way out: destroying at once would cut them
    const timer = setTimeout(() => this.#server.closeAllConnections(), 500)
    this.#server.closeIdleConnections()
    await closed
    clearTimeout(timer)
  }

  reload(config: Config): void {
    const services = this.#services
    const before = services.router
    const router = new Router(config, services.clock, before)
    services.router = router
    services.settings = config.relay
    services.limiter.reload(config.limits)
    services.reuse.reload(config.relay)
    this.#setTimeout(config.relay)
    // a call that waits for its next attempt has no connection, but will want one
    services.inFlight.afterThese(() => before.retire(router))
  }

  #setTimeout({ timeouts }: Config['relay']): void {
    this.#server.timeout = timeouts.total_ms + SILENT_CALLER_MS
  }

  inFlight(): readonly Uint8Array[] {
    return this.#services.inFlight.openEntries()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    try {
      if (this.#closing) response.shouldKeepAlive = false
      this.#dispatch(request, response)
    } catch (error) {
      this.#fail(response, error)
    }
  }

  #dispatch(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/'
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    const address = findEndpoint(path)
    if (address !== undefined) {
      if (request.method === 'POST') this.#relay(request, response, address)
      else this.#refuseMethod(response, path, 'POST')
    } else if (isPage(path)) {
      if (request.method === 'GET') this.#page(request, response, path)
      else this.#refuseMethod(response, path, 'GET')
    } else {
      const message = `nothing is served at ${request.method} ${path.slice(0, 200)}${hint(path)}`
      this.#refuse(response, path, badRequest(404, 'unknown_url', message))
    }
  }

  #relay(request: IncomingMessage, response: ServerResponse, address: AddressedEndpoint): void {
    const call = new IncomingCall(this.#services, request, response, address)
    response.once('close', () => {
      if (!response.writableEnded) call.callerLeft()
    })
    call.start()
  }

  #page(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (isModelsPath(path)) answerModels(this.#services, request, response, path)
    else if (isUsagePath(path)) answerUsage(this.#services, this.#usage, request, response, path)
    else if (path === '/healthz') sendText(response, 200, JSON_TYPE, '{"status":"ok"}')
    else if (path === '/readyz') this.#ready(response)
    else if (path === '/metrics') this.#showMetrics(response)
    else sendText(response, 200, JSON_TYPE, this.#status())
  }

  #status(): string {
    const { router, clock } = this.#services
    const providers = router.providers.map(({ upstream, health }) => ({
      name: upstream.name,
      kind: upstream.kind,
      health: health.read(),
      breakers: router.targets
        .filter((target) => target.upstream === upstream)
        .map(({ name, breaker }) => ({ target: name, state: breaker.state })),
    }))
    return statusPage(providers, clock.nowMs())
  }

  #ready(response: ServerResponse): void {
    const { state } = this.#services.journal.status()
    const problems = [
      ...(state === 'full' ? ['the journal is full'] : []),
      ...(this.#services.router.providers.length === 0 ? ['no provider is configured'] : []),
      ...(this.#closing ? ['the relay is stopping'] : []),
    ]
    const ready = problems.length === 0
    const status = ready ? 'ready' : 'not ready'
    const body = JSON.stringify({ status, journal: state, problems })
    sendText(response, ready ? 200 : 503, JSON_TYPE, body)
  }

  #showMetrics(response: ServerResponse): void {
    const { registry } = this.#services.metrics
    registry.metrics().then(
      (text) => sendText(response, 200, registry.contentType, text),
      (error: unknown) => this.#fail(response, error),
    )
  }

  #refuseMethod(response: ServerResponse, path: string, allowed: string): void {
    response.setHeader('allow', allowed)
    const message = `only ${allowed} is taken here`
    this.#refuse(response, path, badRequest(405, 'method_not_allowed', message))
  }

  #refuse(response: ServerResponse, path: string, error: CallerError): void {
    this.#reply(response, path).sendError(error)
  }

  #fail(response: ServerResponse, error: unknown): void {
    this.#services.logger.error({ error: messageOf(error) }, 'a request could not be answered')
    this.#reply(response, '').sendError(INTERNAL)
  }

  #reply(response: ServerResponse, path: string): Reply {
    const id = createRequestId(this.#services.clock.nowMs())
    return new Reply(response, id, PROTOCOLS[protocolOf(path)])
  }
}

const JSON_TYPE = 'application/json'

const PAGES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', '/api/v1/status'])

function isPage(path: string): boolean {
  return PAGES.has(path) || isModelsPath(path) || isUsagePath(path)
}

/** The most common mistakes: a base URL without its `/v1`, or with one too many. */
function hint(path: string): string {
  if (findEndpoint(`/v1${path}`) !== undefined) {
    return `: did you mean /v1${path.slice(0, 200)}? The base URL ends in /v1`
  }
  const shorter = path.replace(/^\/v1(?:beta)?(?=\/v1)/, '')
  return shorter === path || findEndpoint(shorter) === undefined
    ? ''
    : `: did you mean ${shorter.slice(0, 200)}? The base URL ends before /v1`
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
