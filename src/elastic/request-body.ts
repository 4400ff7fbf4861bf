import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import { jsonExcess } from '../kernel/index.ts'
import { illegalArgument, SearchFailure } from '../search/index.ts'
import type { HeldBody } from './body-memory.ts'
import { isSupportedContent } from './media-type.ts'

/**
 * Reads the body of a request of any method as text, unpacked. Empty when there is none.
 *
 * @throws SearchFailure for a type or packing that is not supported, for too large a body, and
 *   when `held` says that others hold too much
 */
export async function readBody(
  request: FastifyRequest,
  maxBytes: number,
  held?: HeldBody,
): Promise<string> {
  const { headers, raw } = request
  const length = headers['content-length']
  const isAbsent =
    (length === undefined || length === '0') && headers['transfer-encoding'] === undefined
  if (isAbsent) return ''
  const type = headers['content-type']
  if (type === undefined || !isSupportedContent(type)) throw notSupported(type)
  if (Number(length) > maxBytes) throw tooLarge(maxBytes)
  const stream = unpacked(raw, headers['content-encoding'])
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // a stream that is left would be destroyed, and the connection with it: nobody got the answer
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      held?.add((chunk as Buffer).length)
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    passOver(raw, stream)
    if (error instanceof SearchFailure) throw error
    throw illegalArgument('request body cannot be read: it is cut short or not packed as it says')
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads what is left of a body to nowhere. */
function passOver(raw: Readable, unpacking: Readable): void {
  if (unpacking !== raw) {
    raw.unpipe()
    unpacking.destroy()
  }
  raw.resume()
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

/** Whether a text is empty but for blanks; it may be long. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text)
}

/** The lines of a text that ends with one, each with its number; never all of them at once. */
export function* linesOf(
  text: string,
): Generator<{ readonly line: string; readonly number: number }> {
  let start = 0
  for (let number = 1; start < text.length; number++) {
    const end = text.indexOf('\n', start)
    const stop = end === -1 ? text.length : end
    yield { line: text.slice(start, stop), number }
    start = stop + 1
  }
}

/** Changes a value of a JSON text; `source` is how a number is written there. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/**
 * Parses a JSON body; undefined when it is empty.
 *
 * @throws SearchFailure json_parse_exception, x_content_parse_exception
 */
export function parseJson(text: string, revive?: Reviver): unknown {
  if (isBlank(text)) return undefined
  const excess = jsonExcess(text)
  if (excess !== undefined) {
    throw new SearchFailure({
      type: 'x_content_parse_exception',
      reason: `request body ${excess}`,
      status: 400,
    })
  }
  try {
    return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1])
  } catch (error) {
    throw new SearchFailure({
      type: 'json_parse_exception',
      reason: `request body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
      status: 400,
    })
  }
}
