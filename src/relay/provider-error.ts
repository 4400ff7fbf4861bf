import { type CallerError, errorBody } from './caller-error.ts'
import { maskSecrets } from './mask.ts'

/** An error that the provider itself answered with, ready for the caller and for the record. */
export interface ProviderError {
  readonly status: number
  /** The provider's bytes; in our shape when they are no JSON, masked when they hold a secret. */
  readonly body: Buffer
  readonly contentType: string
  /** Class of the failure, for the record's `error_type`. */
  readonly type: string
  readonly message: string
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

/** Reads an answer with an error status. */
export function readProviderError(
  status: number,
  contentType: string | undefined,
  body: Buffer,
  providerName: string,
  secrets: readonly string[],
): ProviderError {
  const original = body.toString('utf8')
  const text = maskSecrets(original, secrets)
  const message = messageIn(parse(text))
  if (message !== undefined) {
    return {
      status,
      body: text === original ? body : Buffer.from(text),
      contentType: contentType ?? 'application/json',
      type: typeOf(status),
      message,
    }
  }
  const said = `provider ${providerName} answered ${status}: ${plainText(text)}`
  return inOurShape(status, said)
}

/**
 * Reads an error object that came with a status of success: some providers do this. Its own
 * `code` is taken as the status where it is one.
 */
export function readHiddenError(
  error: unknown,
  providerName: string,
  secrets: readonly string[],
): ProviderError {
  const code = Number((error as { readonly code?: unknown } | null)?.code)
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : 502
  const message = messageIn({ error }) ?? JSON.stringify(error)
  return inOurShape(status, `provider ${providerName}: ${maskSecrets(message, secrets)}`)
}

function inOurShape(status: number, message: string): ProviderError {
  const error: CallerError = {
    status,
    message,
    type: status >= 500 ? 'upstream_error' : 'invalid_request_error',
    code: typeOf(status),
    retry: true,
  }
  const body = Buffer.from(errorBody(error))
  return { status, body, contentType: 'application/json', type: typeOf(status), message }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** OpenAI's `error.message`, a bare `error` string, or FastAPI's `detail` and `message`. */
function messageIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail } = value as Readonly<Record<string, unknown>>
  const inner = (error as { readonly message?: unknown } | null | undefined)?.message
  for (const each of [inner, error, message, detail]) {
    if (typeof each === 'string' && each !== '') return each
  }
  return Array.isArray(value) ? messageIn(value[0]) : JSON.stringify(value)
}

const LONGEST_TEXT = 500

/** What a person would read of an HTML page: its title, or its words. */
function plainText(text: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]
  const words = title ?? text.slice(0, 20_000).replaceAll(/<[^>]*>/g, ' ')
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT) || 'an empty body'
}
