import type { ServerResponse } from 'node:http'
import { STREAM_EVENTS, sendJson, sendStream, wholeAnswer } from './chat-answers.ts'
import type { Answer, Received } from './test-provider.ts'

export type ProtocolName = 'openai' | 'anthropic' | 'google'
export type ProviderKind = ProtocolName | 'openai-compatible' | 'deepseek' | 'azure'

/** A good answer of one protocol: 100 tokens of prompt, 40 of them cached, and 20 of answer. */
export interface Wire {
  readonly whole: object
  /** A stream cut into events; those before `firstContent` say nothing yet. */
  readonly events: readonly string[]
  readonly firstContent: number
  /** An error as it stands in a body and, where the protocol has one, in a stream. */
  errorBody(message: string, status: number): object
  errorEvent(message: string, status: number): string
}

function openAiError(message: string, status: number) {
  return { error: { message, type: 'some_error', param: null, code: `code_${status}` } }
}

function anthropicError(message: string, status: number) {
  const type = status === 529 ? 'overloaded_error' : 'api_error'
  return { type: 'error', error: { type, message }, request_id: 'req_theirs' }
}

function googleError(message: string, status: number) {
  return { error: { code: status, message, status: 'UNAVAILABLE', details: [] } }
}

/** An event with a name, as Anthropic sends them. */
function named(data: { readonly type: string; readonly [member: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}

function unnamed(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

const MESSAGES_USAGE = {
  input_tokens: 60,
  cache_read_input_tokens: 40,
  cache_creation_input_tokens: 0,
  output_tokens: 20,
}

const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', model: 'small-2024-08' }

function textDelta(text: string): string {
  const delta = { type: 'text_delta', text }
  return named({ type: 'content_block_delta', index: 0, delta })
}

function candidate(text: string, rest: object = {}): object {
  const content = { parts: [{ text }], role: 'model' }
  return { candidates: [{ content, index: 0, ...rest }], modelVersion: 'small-2024-08' }
}

const GENERATE_USAGE = {
  promptTokenCount: 100,
  cachedContentTokenCount: 40,
  candidatesTokenCount: 20,
  totalTokenCount: 120,
}

export const WIRES: Readonly<Record<ProtocolName, Wire>> = {
  openai: {
    whole: wholeAnswer(),
    events: STREAM_EVENTS,
    firstContent: 1,
    errorBody: openAiError,
    errorEvent: (message, status) => unnamed(openAiError(message, status)),
  },
  anthropic: {
    whole: {
      ...MESSAGE,
      content: [{ type: 'text', text: 'Chào bạn' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: MESSAGES_USAGE,
    },
    events: [
      named({
        type: 'message_start',
        message: { ...MESSAGE, content: [], usage: { ...MESSAGES_USAGE, output_tokens: 1 } },
      }),
      named({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      }),
      textDelta('Chào '),
      textDelta('bạn 你好'),
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 20 },
      }),
      named({ type: 'message_stop' }),
    ],
    firstContent: 2,
    errorBody: anthropicError,
    errorEvent: (message, status) => named(anthropicError(message, status)),
  },
  google: {
    whole: { ...candidate('Chào bạn', { finishReason: 'STOP' }), usageMetadata: GENERATE_USAGE },
    events: [
      unnamed(candidate('Chào ')),
      unnamed(candidate('bạn 你好')),
      unnamed({ ...candidate('', { finishReason: 'STOP' }), usageMetadata: GENERATE_USAGE }),
    ],
    firstContent: 0,
    errorBody: googleError,
    errorEvent: (message, status) => unnamed(googleError(message, status)),
  },
}

function protocolOf(kind: ProviderKind | undefined): ProtocolName {
  return kind === 'anthropic' || kind === 'google' ? kind : 'openai'
}

/** Whether a request that a provider has received asks for a stream. */
export function asksForStream({ url, body }: Pick<Received, 'url' | 'body'>): boolean {
  return url.includes(':streamGenerateContent') || /"stream":\s*true/.test(body)
}

/** Answers well in the protocol of a kind of provider, streamed when that was asked for. */
export function defaultAnswer(kind?: ProviderKind): Answer {
  const { whole, events } = WIRES[protocolOf(kind)]
  return (response: ServerResponse, received) => {
    if (asksForStream(received)) sendStream(response, events)
    else sendJson(response, whole)
  }
}
