import type { AnswerFormat } from './answers/answer-format.ts'
import { ANSWER_FORMATS } from './answers/index.ts'
import type { CallRequest } from './call-request.ts'
import { badRequest, type CallerError } from './caller-error.ts'
import { type CallerHeaders, withoutProtocolHeaders } from './caller-headers.ts'
import type { AddressedEndpoint, Operation } from './endpoints.ts'
import type { Target } from './routing/target.ts'
import type { Translated } from './translation/codec.ts'
import {
  type AnswerTranslation,
  isTranslatable,
  type Translation,
  translateCall,
} from './translation/translate.ts'

/** What a caller asks for, as far as every target gets the same. */
export interface AskedCall {
  readonly address: AddressedEndpoint
  readonly request: CallRequest
  readonly caller: CallerHeaders
  /** What goes on of the caller's query to a provider of the same protocol. */
  readonly query: string
  /** Whether a stream is to be server-sent events; Gemini's can be a list too. */
  readonly asEvents: boolean
  readonly requestId: string
  /** Seconds since 1970 UTC. */
  readonly createdSeconds: number
}

/** One request as a target gets it, and how its answer is read. */
export interface Exchange {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: Buffer
  readonly format: AnswerFormat
  /** Content types that pass through as bytes, beside JSON and event streams. */
  readonly binary: RegExp | undefined
  /** Set when the provider speaks another protocol than the caller. */
  readonly translation: AnswerTranslation | undefined
  /** Parameters that were dropped because the target has no equivalent. */
  readonly dropped: readonly string[]
}

export type ExchangeResult =
  | { readonly ok: true; readonly exchange: Exchange }
  | { readonly ok: false; readonly error: CallerError }

const NOTHING: readonly string[] = []

const BINARY: Readonly<Partial<Record<Operation, RegExp>>> = {
  speech: /^(?:audio|video)\/|^application\/octet-stream/,
  transcription: /^text\/(?:plain|vtt)|^application\/x-subrip/,
  audio_translation: /^text\/(?:plain|vtt)|^application\/x-subrip/,
}

/** Puts a call into the form that a target takes: the same bytes, or a translation. */
export function prepareExchange(
  call: AskedCall,
  target: Target,
  dropUnsupported: boolean,
): ExchangeResult {
  const { address, request } = call
  const { operation } = address.endpoint
  const { upstream, model } = target
  const path = upstream.pathOf(operation, { model, stream: request.stream })
  if (path === undefined) return translated(call, target, dropUnsupported)
  return {
    ok: true,
    exchange: {
      path: withQuery(path, call.query),
      headers: headersFor(call.caller.forwarded, request.contentType, target),
      body: request.bodyFor(model),
      format: ANSWER_FORMATS[operation],
      binary: BINARY[operation],
      translation: undefined,
      dropped: NOTHING,
    },
  }
}

function withQuery(path: string, query: string): string {
  if (query === '') return path
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

function headersFor(
  forwarded: readonly string[],
  contentType: string,
  { upstream }: Target,
): string[] {
  const headers = [...forwarded, 'content-type', contentType, ...upstream.fixedHeaders]
  const { defaultHeaders } = upstream
  for (let place = 0; place < defaultHeaders.length; place += 2) {
    const name = defaultHeaders[place]!
    if (!forwarded.some((each, at) => at % 2 === 0 && each.toLowerCase() === name)) {
      headers.push(name, defaultHeaders[place + 1]!)
    }
  }
  return headers
}

function translated(call: AskedCall, target: Target, dropUnsupported: boolean): ExchangeResult {
  const { upstream, model } = target
  const result = translate(call, target)
  if (result === undefined) return { ok: false, error: unsupportedEndpoint(call, target) }
  if (!result.ok) {
    return { ok: false, error: badRequest(400, 'invalid_parameter', result.message, result.param) }
  }
  const { value, unsupported } = result
  if (unsupported.length > 0 && !dropUnsupported) {
    return { ok: false, error: unsupportedParameter(unsupported, target) }
  }
  const path = upstream.pathOf(value.operation, { model, stream: call.request.stream })
  if (path === undefined) return { ok: false, error: unsupportedEndpoint(call, target) }
  const forwarded = withoutProtocolHeaders(call.caller.forwarded)
  return {
    ok: true,
    exchange: {
      path,
      headers: headersFor(forwarded, 'application/json', target),
      body: Buffer.from(JSON.stringify(value.body)),
      format: ANSWER_FORMATS[value.operation],
      binary: undefined,
      translation: value.answer,
      dropped: unsupported,
    },
  }
}

/** Undefined when the provider has nothing like what is asked for. */
function translate(
  call: AskedCall,
  { upstream, model }: Target,
): Translated<Translation> | undefined {
  const { address, request, requestId, createdSeconds } = call
  const body = request.parsed()
  if (body === undefined || !isTranslatable(address.endpoint.operation, upstream.protocol)) {
    return undefined
  }
  return translateCall(address.endpoint.operation, upstream.protocol, model, request.stream, {
    requestId,
    model: request.model,
    createdSeconds,
    wantsUsage: request.wantsUsage,
    request: body,
  })
}

function unsupportedEndpoint({ address }: AskedCall, { upstream }: Target): CallerError {
  const message = `provider ${upstream.name} does not serve ${address.endpoint.path}`
  return badRequest(400, 'unsupported_endpoint', message)
}

function unsupportedParameter(names: readonly string[], { upstream, name }: Target): CallerError {
  const list = names.map((each) => `"${each}"`).join(', ')
  const verb = names.length === 1 ? 'has' : 'have'
  const message = `${list} ${verb} no equivalent at ${name} (${upstream.kind}): leave it out, or set relay.drop_unsupported`
  return badRequest(400, 'unsupported_parameter', message, names[0])
}
