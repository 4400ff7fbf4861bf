import { isUtf8 } from 'node:buffer'
import { badRequest, type CallerError } from './caller-error.ts'
import { type RequestSpans, type Span, scanRequest } from './request-scan.ts'

/** What the relay needs to know of a chat request; the body stays bytes. */
export interface ChatRequest {
  readonly body: Buffer
  readonly spans: RequestSpans
  readonly model: string
  readonly stream: boolean
  /** Whether the caller himself asked for the usage chunk at the end of a stream. */
  readonly wantsUsage: boolean
  readonly user: string | undefined
}

export type ChatRequestResult =
  | { readonly ok: true; readonly request: ChatRequest }
  | { readonly ok: false; readonly error: CallerError }

/** Longest model or user name that is looked up or recorded. */
const LONGEST_NAME = 256

/** Reads a request body, or says what is wrong with it and where. */
export function readChatRequest(body: Buffer): ChatRequestResult {
  if (!isUtf8(body)) return refuse('the body is not valid UTF-8')
  if (body.length === 0) return refuse('the body is empty: a JSON object was expected')
  const scan = scanRequest(body)
  if (!scan.ok) {
    return refuse(`the body is not valid JSON: ${scan.problem} (position ${scan.position})`)
  }
  const { spans } = scan
  const model = valueAt(body, spans.model)
  if (typeof model !== 'string' || model === '' || model.length > LONGEST_NAME) {
    return refuse('"model" is missing: a model name was expected', 'model')
  }
  const stream = valueAt(body, spans.stream)
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    return refuse('"stream" has to be true or false', 'stream')
  }
  const user = valueAt(body, spans.user)
  return {
    ok: true,
    request: {
      body,
      spans,
      model,
      stream: stream === true,
      wantsUsage: includesUsage(valueAt(body, spans.stream_options)),
      user: typeof user === 'string' && user !== '' ? user.slice(0, LONGEST_NAME) : undefined,
    },
  }
}

function refuse(message: string, param?: string): ChatRequestResult {
  const code = param === undefined ? 'invalid_json' : 'invalid_parameter'
  return { ok: false, error: badRequest(400, code, message, param) }
}

function valueAt(body: Buffer, span: Span | undefined): unknown {
  return span === undefined ? undefined : JSON.parse(body.toString('utf8', span.start, span.end))
}

function includesUsage(options: unknown): boolean {
  return isObject(options) && options.include_usage === true
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The bytes for the provider: the same body with its own model name, and with usage asked for
 * when the answer is streamed. Everything else stays as the caller wrote it.
 */
export function bodyForProvider(request: ChatRequest, modelJson: string): Buffer {
  const { body, spans } = request
  const edits: { readonly span: Span; readonly text: string }[] = []
  if (
    spans.model !== undefined &&
    body.toString('utf8', spans.model.start, spans.model.end) !== modelJson
  ) {
    edits.push({ span: spans.model, text: modelJson })
  }
  if (request.stream && !request.wantsUsage) edits.push(usageEdit(request))
  if (edits.length === 0) return body
  edits.sort((one, other) => one.span.start - other.span.start)
  const parts: Uint8Array[] = []
  let from = 0
  for (const { span, text } of edits) {
    parts.push(body.subarray(from, span.start), Buffer.from(text))
    from = span.end
  }
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}

function usageEdit({ body, spans }: ChatRequest): { readonly span: Span; readonly text: string } {
  const options = valueAt(body, spans.stream_options)
  if (spans.stream_options === undefined) {
    const span = { start: spans.inside, end: spans.inside }
    return { span, text: '"stream_options":{"include_usage":true},' }
  }
  // what is no object is the provider's to refuse
  const text = isObject(options) || options === null ? { ...options, include_usage: true } : options
  return { span: spans.stream_options, text: JSON.stringify(text) }
}
