import type { CallerError } from '../caller-error.ts'
import type { Protocol } from './protocol.ts'

const STATUSES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
}

function statusOf(status: number): string {
  return STATUSES[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT')
}

const TYPE = 'type.googleapis.com/google.rpc.'

function errorBody({ status, message, code, param }: CallerError): string {
  const reason = { '@type': `${TYPE}ErrorInfo`, reason: code.toUpperCase(), domain: 'bellwether' }
  const fields = {
    '@type': `${TYPE}BadRequest`,
    fieldViolations: [{ field: param, description: message }],
  }
  return JSON.stringify({
    error: {
      code: status,
      message,
      status: statusOf(status),
      details: param === undefined ? [reason] : [reason, fields],
    },
  })
}

/** Google's errors: `{"error":{"code","message","status","details"}}`, `code` the HTTP status. */
export const google: Protocol = {
  name: 'google',
  errorBody,
  errorEvent: (error) => `data: ${errorBody(error)}\n\n`,
}
