import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { illegalArgument, SearchFailure } from '../search/index.ts'
import { isSupportedContent } from './media-type.ts'

/**
 * Reads the body of a request of any method as text, unpacked. Empty when there is none.
 *
 * @throws SearchFailure for a type or packing that is not supported, and for too large a body
 */
export async function readBody(request: FastifyRequest, maxBytes: number): Promise<string> {
  const { headers } = request
  const isAbsent =
    (headers['content-length'] === undefined || headers['content-length'] === '0') &&
    headers['transfer-encoding'] === undefined
  if (isAbsent) return ''
  const type = headers['content-type']
  if (type === undefined || !isSupportedContent(type)) throw notSupported(type)
  const stream = unpacked(request.raw, headers['content-encoding'])
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    if (error instanceof SearchFailure) throw error
    throw illegalArgument('request body cannot be read: it is cut short or not packed as it says')
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unpacked(body: Readable, encoding: string | undefined): Readable {
  switch (encoding?.toLowerCase()) {
    case undefined:
    case 'identity':
      return body
    case 'gzip':
      return piped(body, createGunzip())
    case 'deflate':
      return piped(body, createInflate())
    default:
      throw illegalArgument(`Content-Encoding [${encoding}] is not supported`)
  }
}

/** An error of the connection has to end the reading of what it is unpacked into. */
function piped(body: Readable, unpack: ReturnType<typeof createGunzip>): Readable {
  body.on('error', (error) => unpack.destroy(error))
  return body.pipe(unpack)
}

function notSupported(type: string | undefined): SearchFailure {
  return new SearchFailure({
    type: 'media_type_header_exception',
    reason: `Content-Type header [${type ?? ''}] is not supported`,
    status: 406,
  })
}

function tooLarge(maxBytes: number): SearchFailure {
  return new SearchFailure({
    type: 'content_too_long_exception',
    reason: `entity content is too long for the configured limit [${maxBytes}]`,
    status: 413,
  })
}

/**
 * Parses a JSON body; undefined when it is empty.
 *
 * @throws SearchFailure json_parse_exception
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SearchFailure({
      type: 'json_parse_exception',
      reason: `request body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
      status: 400,
    })
  }
}
