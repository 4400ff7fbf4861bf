import { SearchFailure } from '../search/index.ts'

const VENDOR = /^application\/vnd\.elasticsearch\+(json|x-ndjson)$/
const PLAIN = ['application/json', 'application/x-ndjson', 'text/plain']

/** Versions of the wire format that are understood; they do not differ in what is offered here. */
const COMPATIBLE = ['7', '8', '9']

interface MediaType {
  readonly type: string
  readonly compatibleWith: string | undefined
}

function parse(header: string): MediaType {
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase())
  const compatible = parameters.find((parameter) => parameter.startsWith('compatible-with='))
  return { type, compatibleWith: compatible?.slice('compatible-with='.length) }
}

/**
 * Checks the type of a request's body.
 *
 * @throws SearchFailure media_type_header_exception for another version of the wire format
 */
export function isSupportedContent(header: string): boolean {
  const media = parse(header)
  if (!VENDOR.test(media.type)) return PLAIN.includes(media.type)
  checkVersion('Content-Type', media)
  return true
}

/**
 * The content type of an answer: the vendor's type in the client's version when it asked for
 * that, else plain JSON.
 *
 * @throws SearchFailure media_type_header_exception for another version of the wire format
 */
export function answerType(accept: string | undefined): string {
  for (const part of (accept ?? '').split(',')) {
    const media = parse(part)
    if (!VENDOR.test(media.type)) continue
    checkVersion('Accept', media)
    return `application/vnd.elasticsearch+json;compatible-with=${media.compatibleWith ?? '8'}`
  }
  return 'application/json'
}

function checkVersion(header: string, { compatibleWith }: MediaType): void {
  if (compatibleWith === undefined || COMPATIBLE.includes(compatibleWith)) return
  throw new SearchFailure({
    type: 'media_type_header_exception',
    reason: `${header} version must be one of [${COMPATIBLE.join(', ')}], but found ${compatibleWith}`,
    status: 400,
  })
}
