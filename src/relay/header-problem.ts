import { badRequest, type CallerError } from './caller-error.ts'
import type { CallerHeaders } from './caller-headers.ts'
import type { Endpoint } from './endpoints.ts'

const MEGABYTE = 1024 * 1024

const CONTENT_TYPES = { json: 'application/json', multipart: 'multipart/form-data' } as const

/** Says what is wrong with a call before its body is read; undefined when nothing is. */
export function headerProblem(
  caller: CallerHeaders,
  endpoint: Endpoint,
  maxMegabytes: number,
): CallerError | undefined {
  const type = caller.contentType?.split(';', 1)[0]?.trim().toLowerCase()
  const wanted = CONTENT_TYPES[endpoint.body]
  if (type !== wanted && (type !== undefined || endpoint.body === 'multipart')) {
    const message = `content-type ${type ?? '(none)'} is not taken here: send ${wanted}`
    return badRequest(415, 'unsupported_media_type', message)
  }
  const encoding = caller.contentEncoding?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== 'identity') {
    const message = `content-encoding ${encoding} is not taken here: send the body uncompressed`
    return badRequest(415, 'unsupported_content_encoding', message)
  }
  const tooMuch = (caller.contentLength ?? 0) > maxMegabytes * MEGABYTE
  return tooMuch ? tooLarge(maxMegabytes) : undefined
}

/** The refusal of a body that is over the limit. */
export function tooLarge(maxMegabytes: number): CallerError {
  const message = `the body is larger than ${Math.round(maxMegabytes)} MB`
  return badRequest(413, 'request_too_large', message)
}
