/** A refusal or failure as the caller sees it, in the shape the official SDKs read. */
export interface CallerError {
  readonly status: number
  readonly message: string
  readonly type:
    | 'invalid_request_error'
    | 'permission_error'
    | 'not_found_error'
    | 'conflict_error'
    | 'rate_limit_error'
    | 'insufficient_quota'
    | 'upstream_error'
    | 'timeout_error'
    | 'server_error'
  readonly code: string
  readonly param?: string
  /** False where sending the same again is senseless: says so to the SDK. */
  readonly retry: boolean
}

/** A fault in the request itself; trying again without changing it cannot help. */
export function badRequest(
  status: number,
  code: string,
  message: string,
  param?: string,
): CallerError {
  return {
    status,
    message,
    type: 'invalid_request_error',
    code,
    ...(param !== undefined && { param }),
    retry: false,
  }
}

/** Nobody here serves a model of this name. */
export function modelNotFound(model: string): CallerError {
  const message = `the model \`${model}\` does not exist here: GET /v1/models lists what does`
  return badRequest(404, 'model_not_found', message, 'model')
}

/** The relay cannot serve now although nothing is wrong with the request. */
export function unavailable(code: string, message: string): CallerError {
  return { status: 503, message, type: 'server_error', code, retry: true }
}

/** A bug of ours; the log says more. */
export const INTERNAL: CallerError = {
  status: 500,
  message: 'the relay failed on this request',
  type: 'server_error',
  code: 'relay_error',
  retry: true,
}
