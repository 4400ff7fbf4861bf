import { expect } from 'vitest'
import { type ProtocolName, WIRES, type Wire } from './provider-answers.ts'
import { type BenchSettings, type RelayBench, startRelay } from './relay-fixture.ts'
import type { TestProvider } from './test-provider.ts'

/** One way to call: a protocol, streamed or not. */
export interface CallerForm {
  readonly name: string
  readonly protocol: ProtocolName
  readonly stream: boolean
  /** As it stands in the record. */
  readonly endpoint: string
  /** A model whose only target speaks the caller's own protocol. */
  readonly model: string
  /** That target's provider. */
  readonly providerName: string
  readonly wire: Wire
  path(model: string): string
  headers(key: string): Record<string, string>
  body(model: string): Readonly<Record<string, unknown>>
}

const MESSAGES = [{ role: 'user', content: 'Xin chào' }]

function openAi(stream: boolean): CallerForm {
  return {
    name: stream ? 'openai, streamed,' : 'openai',
    protocol: 'openai',
    stream,
    endpoint: '/v1/chat/completions',
    model: 'small',
    providerName: 'fake',
    wire: WIRES.openai,
    path: () => '/v1/chat/completions',
    headers: (key) => ({ authorization: `Bearer ${key}` }),
    body: (model) => ({ model, messages: MESSAGES, ...(stream && { stream }) }),
  }
}

function anthropic(stream: boolean): CallerForm {
  return {
    name: stream ? 'anthropic, streamed,' : 'anthropic',
    protocol: 'anthropic',
    stream,
    endpoint: '/v1/messages',
    model: 'claude',
    providerName: 'claude-host',
    wire: WIRES.anthropic,
    path: () => '/v1/messages',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    body: (model) => ({ model, max_tokens: 100, messages: MESSAGES, ...(stream && { stream }) }),
  }
}

function google(stream: boolean): CallerForm {
  const method = stream ? 'streamGenerateContent' : 'generateContent'
  return {
    name: stream ? 'google, streamed,' : 'google',
    protocol: 'google',
    stream,
    endpoint: `/v1beta/models:${method}`,
    model: 'gemini',
    providerName: 'gemini-host',
    wire: WIRES.google,
    path: (model) => `/v1beta/models/${model}:${method}${stream ? '?alt=sse' : ''}`,
    headers: (key) => ({ 'x-goog-api-key': key }),
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Xin chào' }] }] }),
  }
}

export const WHOLE_FORMS: readonly CallerForm[] = [openAi(false), anthropic(false), google(false)]
export const STREAM_FORMS: readonly CallerForm[] = [openAi(true), anthropic(true), google(true)]
export const ALL_FORMS: readonly CallerForm[] = [...WHOLE_FORMS, ...STREAM_FORMS]

/** For `it.each`: the name comes first. */
export function byName<T extends { readonly name: string }>(
  list: readonly T[],
): readonly (readonly [string, T])[] {
  return list.map((each) => [each.name, each] as const)
}

/** Starts a relay with a provider and a model for each protocol. */
export function startForms(settings: BenchSettings = {}): Promise<RelayBench> {
  return startRelay({
    ...settings,
    providers: {
      'claude-host': { kind: 'anthropic' },
      'gemini-host': { kind: 'google' },
      ...settings.providers,
    },
    models: {
      claude: { target: 'claude-host/small-2024' },
      gemini: { target: 'gemini-host/small-2024' },
      ...settings.models,
    },
  })
}

export function providerOf(bench: RelayBench, { providerName }: CallerForm): TestProvider {
  return bench.providers[providerName]!
}

export interface FormCall {
  readonly model?: string
  /** Laid over a small valid body; texts and bytes are sent as they are. */
  readonly body?: object | string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly key?: string
}

/** Calls in a protocol's own way, with its own place for the key. */
export function callAs(
  bench: RelayBench,
  form: CallerForm,
  { model = form.model, body = {}, headers, signal, key = bench.key }: FormCall = {},
): Promise<Response> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body)
  return fetch(bench.url + form.path(model), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...form.headers(key), ...headers },
    body: raw ? body : JSON.stringify({ ...form.body(model), ...body }),
    ...(signal !== undefined && { signal }),
  })
}

export interface SeenError {
  readonly code: string
  readonly message: string
}

type Json = Readonly<Record<string, unknown>>

/** Takes an error apart and insists on the whole shape that the protocol gives it. */
export function readError(protocol: ProtocolName, status: number, body: unknown): SeenError {
  const { error } = body as { error: Json }
  if (protocol === 'openai') {
    expect(new Set(Object.keys(error))).toEqual(new Set(['code', 'message', 'param', 'type']))
    expect(error.type).toEqual(expect.any(String))
    return seen(error.code, error.message)
  }
  if (protocol === 'anthropic') {
    expect(body).toMatchObject({ type: 'error', request_id: expect.stringMatching(/^req_/) })
    expect(error.type).toMatch(/_error$|^request_too_large$/)
    return seen(error.code, error.message)
  }
  expect(error).toMatchObject({ code: status, status: expect.stringMatching(/^[A-Z_]+$/) })
  const [detail] = error.details as readonly { readonly reason: string }[]
  return seen(detail?.reason.toLowerCase(), error.message)
}

function seen(code: unknown, message: unknown): SeenError {
  expect(code).toEqual(expect.any(String))
  expect(message).toEqual(expect.stringMatching(/./))
  return { code: String(code), message: String(message) }
}

/** Finds the error that ends a stream, in the protocol's own form; `status` is what it stands for. */
export function readErrorEvent(protocol: ProtocolName, status: number, text: string): SeenError {
  const last = text.trimEnd().split('\n\n').at(-1) ?? ''
  const pattern = protocol === 'anthropic' ? /^event: error\ndata: (.*)$/ : /^data: (.*)$/
  expect(last).toMatch(pattern)
  return readError(protocol, status, JSON.parse(pattern.exec(last)?.[1] ?? ''))
}
