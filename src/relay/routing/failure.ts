import type { CallerError } from '../caller-error.ts'

/** Why an attempt at a provider came to nothing. The kinds are the record's `error_type`. */
export type FailureKind =
  | 'connect'
  | 'reset'
  | 'invalid_answer'
  | 'incomplete_stream'
  | 'timeout_connect'
  | 'timeout_first_byte'
  | 'timeout_idle'
  | 'timeout_total'
  | 'relay_shutdown'
  | 'relay_bug'

export interface Failure {
  readonly kind: FailureKind
  /** What was observed, without secrets of ours: `ECONNREFUSED`, `other side closed`. */
  readonly detail: string
}

const CODES: Readonly<Record<FailureKind, { status: number; code: string; message: string }>> = {
  connect: { status: 502, code: 'upstream_unreachable', message: 'cannot be reached' },
  reset: {
    status: 502,
    code: 'upstream_reset',
    message: 'closed the connection before its answer was complete',
  },
  invalid_answer: {
    status: 502,
    code: 'upstream_invalid_answer',
    message: 'sent an answer that cannot be used',
  },
  incomplete_stream: {
    status: 502,
    code: 'upstream_incomplete_stream',
    message: 'ended its stream before the answer was finished',
  },
  timeout_connect: {
    status: 504,
    code: 'timeout_connect',
    message: 'did not accept a connection in time',
  },
  timeout_first_byte: {
    status: 504,
    code: 'timeout_first_byte',
    message: 'did not begin its answer in time',
  },
  timeout_idle: { status: 504, code: 'timeout_idle', message: 'stopped sending for too long' },
  timeout_total: {
    status: 504,
    code: 'timeout_total',
    message: 'did not finish its answer in time',
  },
  relay_shutdown: {
    status: 503,
    code: 'relay_shutdown',
    message: 'was cut off because the relay is stopping',
  },
  relay_bug: {
    status: 500,
    code: 'relay_error',
    message: 'was called, but the relay failed on its answer',
  },
}

export function isTimeout({ kind }: Failure): boolean {
  return kind.startsWith('timeout_')
}

/** Puts a failure into the caller's words. */
export function callerErrorOf(failure: Failure, providerName: string): CallerError {
  const { status, code, message } = CODES[failure.kind]
  const detail = failure.detail === '' ? '' : ` (${failure.detail})`
  return {
    status,
    message: `provider ${providerName} ${message}${detail}`,
    type: status === 504 ? 'timeout_error' : status === 502 ? 'upstream_error' : 'server_error',
    code,
    // a call that took all the time it may take would only do so again
    retry: failure.kind !== 'timeout_total',
  }
}

const CONNECT_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
])

/** Reads the HTTP client's error; `sent` tells whether the request had reached a connection. */
export function failureOf(error: Error, sent: boolean): Failure {
  const code = codeOf(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && !sent)) {
    return { kind: 'timeout_connect', detail: '' }
  }
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { kind: 'invalid_answer', detail: 'not HTTP, or with too many headers' }
  }
  // what carries no code was thrown by code of ours that reads the answer
  if (code === '' || code === 'UND_ERR_INVALID_ARG')
    return { kind: 'relay_bug', detail: error.name }
  return { kind: !sent || CONNECT_ERRORS.has(code) ? 'connect' : 'reset', detail: code }
}

function codeOf(error: Error): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  if (typeof code === 'string') return code
  if (error instanceof AggregateError && error.errors[0] instanceof Error) {
    return codeOf(error.errors[0])
  }
  return cause instanceof Error ? codeOf(cause) : ''
}
