import { isUtf8 } from 'node:buffer'
import {
  applyEdits,
  type BodyEdit,
  type CallRequest,
  type CallRequestResult,
  LONGEST_NAME,
} from './call-request.ts'
import { badRequest } from './caller-error.ts'
import type { AddressedEndpoint, Operation } from './endpoints.ts'
import { isJsonObject } from './json-object.ts'
import { type RequestSpans, type Span, scanRequest } from './request-scan.ts'

/** Operations whose streams tell their usage only when asked. */
const ASKS_FOR_USAGE: ReadonlySet<Operation> = new Set(['chat', 'completions'])

/** Reads a JSON request, or says what is wrong with it and where. */
export function readJsonRequest(body: Buffer, address: AddressedEndpoint): CallRequestResult {
  if (!isUtf8(body)) return refuse('the body is not valid UTF-8')
  if (body.length === 0) return refuse('the body is empty: a JSON object was expected')
  const scan = scanRequest(body)
  if (!scan.ok) {
    return refuse(`the body is not valid JSON: ${scan.problem} (position ${scan.position})`)
  }
  const { endpoint } = address
  const { spans } = scan
  const model =
    address.model ??
    (spans.model === undefined ? endpoint.defaultModel : valueAt(body, spans.model))
  if (typeof model !== 'string' || model === '' || model.length > LONGEST_NAME) {
    return refuse('"model" is missing: a model name was expected', 'model')
  }
  const stream = endpoint.protocol === 'google' ? address.stream : valueAt(body, spans.stream)
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    return refuse('"stream" has to be true or false', 'stream')
  }
  return { ok: true, request: new JsonRequest(body, spans, address, model, stream === true) }
}

function refuse(message: string, param?: string): CallRequestResult {
  const code = param === undefined ? 'invalid_json' : 'invalid_parameter'
  return { ok: false, error: badRequest(400, code, message, param) }
}

class JsonRequest implements CallRequest {
  readonly body: Buffer
  readonly contentType = 'application/json'
  readonly model: string
  readonly stream: boolean
  readonly wantsUsage: boolean
  readonly user: string | undefined
  readonly #spans: RequestSpans
  readonly #address: AddressedEndpoint
  #parsed: Readonly<Record<string, unknown>> | undefined

  constructor(
    body: Buffer,
    spans: RequestSpans,
    address: AddressedEndpoint,
    model: string,
    stream: boolean,
  ) {
    this.body = body
    this.#spans = spans
    this.#address = address
    this.model = model
    this.stream = stream
    this.wantsUsage = spans.stream_options !== undefined && this.#includesUsage()
    this.user = this.#readUser()
  }

  bodyFor(model: string): Buffer {
    const { protocol, operation } = this.#address.endpoint
    if (protocol === 'google') return this.#bodyForGoogle(model)
    const edits: BodyEdit[] = []
    this.#editModel(JSON.stringify(model), edits)
    if (this.stream && !this.wantsUsage && ASKS_FOR_USAGE.has(operation)) {
      edits.push(this.#askForUsage())
    }
    return applyEdits(this.body, edits)
  }

  parsed(): Readonly<Record<string, unknown>> {
    this.#parsed ??= JSON.parse(this.body.toString('utf8')) as Readonly<Record<string, unknown>>
    return this.#parsed
  }

  storedBody(): Buffer {
    return this.body
  }

  #editModel(modelJson: string, edits: BodyEdit[]): void {
    const span = this.#spans.model
    if (span !== undefined) {
      const given = this.body.toString('utf8', span.start, span.end)
      if (given !== modelJson) edits.push({ ...span, text: modelJson })
    } else if (modelJson !== JSON.stringify(this.#address.endpoint.defaultModel)) {
      const at = this.#spans.inside
      edits.push({ start: at, end: at, text: `"model":${modelJson}${this.#comma()}` })
    }
  }

  /** An object without members takes no comma. */
  #comma(): string {
    const { inside } = this.#spans
    return /^\s*\}/.test(this.body.toString('latin1', inside, inside + 64)) ? '' : ','
  }

  /** The name stands in the address; only batches of embeddings repeat it in the body. */
  #bodyForGoogle(model: string): Buffer {
    const { operation } = this.#address.endpoint
    if (model === this.model || !operation.endsWith('embed_contents')) return this.body
    const { requests, ...rest } = this.parsed()
    if (!Array.isArray(requests)) return this.body
    const renamed = requests.map((each: unknown) =>
      isJsonObject(each) && each.model !== undefined ? { ...each, model: `models/${model}` } : each,
    )
    return Buffer.from(JSON.stringify({ ...rest, requests: renamed }))
  }

  #readUser(): string | undefined {
    const { user, safety_identifier, metadata } = this.#spans
    const given =
      this.#address.endpoint.protocol === 'anthropic'
        ? userIdIn(valueAt(this.body, metadata))
        : valueAt(this.body, user ?? safety_identifier)
    return typeof given === 'string' && given !== '' ? given.slice(0, LONGEST_NAME) : undefined
  }

  #includesUsage(): boolean {
    const options = valueAt(this.body, this.#spans.stream_options)
    return isJsonObject(options) && options.include_usage === true
  }

  #askForUsage(): BodyEdit {
    const { stream_options, inside } = this.#spans
    if (stream_options === undefined) {
      return { start: inside, end: inside, text: '"stream_options":{"include_usage":true},' }
    }
    const options = valueAt(this.body, stream_options)
    // what is no object is the provider's to refuse
    const wanted =
      isJsonObject(options) || options === null ? { ...options, include_usage: true } : options
    return { ...stream_options, text: JSON.stringify(wanted) }
  }
}

function valueAt(body: Buffer, span: Span | undefined): unknown {
  return span === undefined ? undefined : JSON.parse(body.toString('utf8', span.start, span.end))
}

function userIdIn(metadata: unknown): unknown {
  return isJsonObject(metadata) ? metadata.user_id : undefined
}
