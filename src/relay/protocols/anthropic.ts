import type { CallerError } from '../caller-error.ts'
import type { Protocol } from './protocol.ts'

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  431: 'request_too_large',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function typeOf(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

/** Anthropic has no member for the parameter: its own messages begin with it. */
function messageOf({ message, param }: CallerError): string {
  return param === undefined || message.includes(param) ? message : `${param}: ${message}`
}

function errorBody(error: CallerError, requestId: string): string {
  const { status, code } = error
  return JSON.stringify({
    type: 'error',
    error: {
      type: typeOf(status),
      message: messageOf(error),
      code,
      // where the official SDK looks for a stable code
      details: { error_code: code },
    },
    request_id: requestId,
  })
}

/** Anthropic's errors: `{"type":"error","error":{"type","message"},"request_id"}`. */
export const anthropic: Protocol = {
  name: 'anthropic',
  errorBody,
  errorEvent: (error, requestId) => `event: error\ndata: ${errorBody(error, requestId)}\n\n`,
}
