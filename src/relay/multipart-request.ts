import {
  applyEdits,
  type CallRequest,
  type CallRequestResult,
  LONGEST_NAME,
} from './call-request.ts'
import { badRequest } from './caller-error.ts'
import type { AddressedEndpoint } from './endpoints.ts'
import type { Span } from './request-scan.ts'

const LINE = Buffer.from('\r\n')
const BLANK_LINE = Buffer.from('\r\n\r\n')

/** More parts than any form has. */
const MOST_PARTS = 1_000

/** A text field that is longer is no setting but content; it is summed up in the record. */
const LONGEST_TEXT = 64 * 1024

/** One part of a form: its name and where its content stands in the body. */
interface Part extends Span {
  readonly name: string
  readonly fileName: string | undefined
  readonly contentType: string | undefined
}

/** Reads a `multipart/form-data` request (files with their settings), or says what is wrong. */
export function readMultipartRequest(
  body: Buffer,
  contentType: string,
  { endpoint }: AddressedEndpoint,
): CallRequestResult {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType)
  if (boundary === null) return refuse('content-type names no boundary')
  const parts = partsOf(body, boundary[1] ?? boundary[2]!)
  if (typeof parts === 'string') return refuse(parts)
  const text = (name: string) => {
    const part = parts.find((each) => each.name === name && each.fileName === undefined)
    return part && body.toString('utf8', part.start, Math.min(part.end, part.start + LONGEST_TEXT))
  }
  if (parts.filter(({ name }) => name === 'model').length > 1) {
    return refuse('"model" stands twice', 'model')
  }
  const model = text('model') ?? endpoint.defaultModel
  if (model === undefined || model === '' || model.length > LONGEST_NAME) {
    return refuse('"model" is missing: a model name was expected', 'model')
  }
  const request = new MultipartRequest(body, contentType, parts, {
    model,
    stream: text('stream') === 'true',
    user: text('user')?.slice(0, LONGEST_NAME),
  })
  return { ok: true, request }
}

function refuse(message: string, param?: string): CallRequestResult {
  const code = param === undefined ? 'invalid_multipart' : 'invalid_parameter'
  const prefix = param === undefined ? 'the body is not valid multipart/form-data: ' : ''
  return { ok: false, error: badRequest(400, code, prefix + message, param) }
}

/** Finds the parts of a form, or says why there are none. */
function partsOf(body: Buffer, boundary: string): readonly Part[] | string {
  const opening = Buffer.from(`--${boundary}`)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  if (body.indexOf(opening) !== 0) return 'it does not begin with its boundary'
  const parts: Part[] = []
  let at = opening.length
  while (body.indexOf('--', at) !== at) {
    if (body.indexOf(LINE, at) !== at) return 'a boundary is not followed by a new line'
    const head = body.indexOf(BLANK_LINE, at)
    const end = body.indexOf(delimiter, at)
    if (head === -1 || end === -1 || head > end) return 'the body ends before the last boundary'
    const start = head + BLANK_LINE.length
    const part = readHead(body.toString('utf8', at, head), Math.min(start, end), end)
    if (part === undefined) return 'a part has no name'
    if (parts.push(part) > MOST_PARTS) return `it has more than ${MOST_PARTS} parts`
    at = end + delimiter.length
  }
  return parts
}

function readHead(head: string, start: number, end: number): Part | undefined {
  const disposition = /content-disposition:([^\r\n]*)/i.exec(head)?.[1] ?? ''
  const name = /[;\s]name="([^"]*)"|[;\s]name=([^\s;"]+)/i.exec(disposition)
  if (name === null) return undefined
  const fileName = /filename\*?=(?:"([^"]*)"|([^\s;]+))/i.exec(disposition)
  return {
    name: name[1] ?? name[2]!,
    fileName: fileName === null ? undefined : (fileName[1] ?? fileName[2]),
    contentType: /content-type:\s*([^\r\n]*)/i.exec(head)?.[1]?.trim(),
    start,
    end,
  }
}

class MultipartRequest implements CallRequest {
  readonly body: Buffer
  readonly contentType: string
  readonly model: string
  readonly stream: boolean
  readonly wantsUsage = false
  readonly user: string | undefined
  readonly #parts: readonly Part[]

  constructor(
    body: Buffer,
    contentType: string,
    parts: readonly Part[],
    settings: Pick<CallRequest, 'model' | 'stream' | 'user'>,
  ) {
    this.body = body
    this.contentType = contentType
    this.#parts = parts
    this.model = settings.model
    this.stream = settings.stream
    this.user = settings.user
  }

  bodyFor(model: string): Buffer {
    const part = this.#parts.find(({ name }) => name === 'model')
    if (part !== undefined) {
      return model === this.model
        ? this.body
        : applyEdits(this.body, [{ start: part.start, end: part.end, text: model }])
    }
    const boundary = this.body.toString('latin1', 0, this.body.indexOf(LINE))
    const text = `${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n`
    return applyEdits(this.body, [{ start: 0, end: 0, text }])
  }

  parsed(): undefined {
    return undefined
  }

  /** The form as JSON: its texts, and of each file the name, type and size. */
  storedBody(): Buffer {
    const fields = this.#parts.map((part) => {
      const { name, fileName, contentType, start, end } = part
      const isText = fileName === undefined && end - start <= LONGEST_TEXT
      const value = isText
        ? this.body.toString('utf8', start, end)
        : { file_name: fileName, content_type: contentType, bytes: end - start }
      return [name, value] as const
    })
    const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const [name, value] of fields) {
      form[name] = Object.hasOwn(form, name) ? [form[name], value].flat() : value
    }
    return Buffer.from(JSON.stringify(form))
  }
}
