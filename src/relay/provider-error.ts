import type { CallerError } from './caller-error.ts'
import { maskJson } from './mask.ts'
import type { Protocol } from './protocols/protocol.ts'
import { type ErrorKind, readErrorKind, readErrorMessage } from './protocols/read-error.ts'
import { retryDelayMs } from './routing/backoff.ts'

/** An error that the provider itself answered with, ready for the caller and for the record. */
export interface ProviderError {
  readonly status: number
  /** The provider's bytes; in our shape when they are no JSON, masked when they hold a secret. */
  readonly body: Buffer
  readonly contentType: string
  /** Class of the failure, for the record's `error_type`. */
  readonly type: string
  /** The provider's own code or name of the error. */
  readonly code: string | undefined
  /** The same as one of ours, to be written in the caller's protocol amid a stream. */
  readonly asCallerError: CallerError
  readonly message: string
  /** How long the provider asks to be left alone, where its body says so. */
  readonly delayMs?: number | undefined
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'insufficient_quota',
  403: 'permission',
  404: 'not_found',
  408: 'upstream_timeout',
  409: 'conflict',
  413: 'too_large',
  422: 'invalid_request',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'upstream_timeout',
  529: 'overloaded',
}

function typeOf(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request')
}

/** Statuses of error objects that come without one, by the provider's own name of the error. */
const STATUS_OF: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  insufficient_quota: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** Who answered, and how errors have to look for the caller. */
export interface ErrorContext {
  readonly providerName: string
  /** What must appear nowhere. */
  readonly secrets: readonly string[]
  /** The caller's protocol. */
  readonly protocol: Protocol
  /** Whether the provider speaks it too, so that its errors pass as they are. */
  readonly sameProtocol: boolean
  readonly requestId: string
}

/** Reads the errors that a provider answers with. */
export class ErrorReader {
  readonly #context: ErrorContext

  constructor(context: ErrorContext) {
    this.#context = context
  }

  get secrets(): readonly string[] {
    return this.#context.secrets
  }

  /** Reads an answer with an error status. */
  read(status: number, contentType: string | undefined, body: Buffer): ProviderError {
    const { providerName, secrets, sameProtocol } = this.#context
    const original = body.toString('utf8')
    const text = maskJson(original, secrets)
    const parsed = parse(text)
    const message = typeof parsed === 'object' ? readErrorMessage(parsed) : undefined
    if (message === undefined) {
      return this.#rewritten(
        status,
        `provider ${providerName} answered ${status}: ${plainText(text)}`,
      )
    }
    const delayMs = retryDelayMs(parsed)
    const kind = readErrorKind(parsed)
    if (!sameProtocol) return { ...this.#rewritten(status, message, kind), delayMs }
    return {
      status,
      body: text === original ? body : Buffer.from(text),
      contentType: contentType ?? 'application/json',
      type: typeOf(status),
      code: kind.code ?? kind.type,
      asCallerError: asCallerError(status, message, kind),
      message,
      delayMs,
    }
  }

  /**
   * Reads an error object that came with a status of success: some providers do this, and errors
   * amid a stream always come so. Its own `code` or name is taken as the status where it is one.
   */
  readHidden(error: unknown): ProviderError {
    const { providerName, secrets } = this.#context
    const shown = parse(maskJson(toJson({ error }), secrets))
    const message = readErrorMessage(shown) ?? 'an error nested too deep to be read'
    const text = `provider ${providerName}: ${message}`
    return this.#rewritten(hiddenStatus(error), text, readErrorKind(shown))
  }

  #rewritten(status: number, message: string, kind: ErrorKind = {}): ProviderError {
    const { protocol, requestId } = this.#context
    const error = asCallerError(status, message, kind)
    const body = Buffer.from(protocol.errorBody(error, requestId))
    return {
      status,
      body,
      contentType: 'application/json',
      type: typeOf(status),
      code: kind.code ?? kind.type,
      asCallerError: error,
      message,
    }
  }
}

function asCallerError(status: number, message: string, { code, param }: ErrorKind): CallerError {
  return {
    status,
    message,
    type: status >= 500 ? 'upstream_error' : 'invalid_request_error',
    code: code ?? typeOf(status),
    ...(param !== undefined && { param }),
    retry: true,
  }
}

function hiddenStatus(error: unknown): number {
  const { code, type, status } = (error ?? {}) as Readonly<Record<string, unknown>>
  for (const each of [code, status]) {
    const number = Number(each)
    if (Number.isInteger(number) && number >= 400 && number <= 599) return number
  }
  for (const each of [type, code]) {
    if (typeof each === 'string' && Object.hasOwn(STATUS_OF, each)) return STATUS_OF[each]!
  }
  return 502
}

/** What is nested too deep to be written is left out. */
function toJson(value: object): string {
  try {
    return JSON.stringify(value)
  } catch {
    return ''
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const LONGEST_TEXT = 500

/** What a person would read of an HTML page: its title, or its words. */
function plainText(text: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]
  const words = title ?? text.slice(0, 20_000).replaceAll(/<[^>]*>/g, ' ')
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT) || 'an empty body'
}
