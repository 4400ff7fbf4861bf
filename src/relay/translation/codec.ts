import type { ProtocolName } from '../protocols/protocol.ts'
import type { AnswerEvent } from './answer-event.ts'
import type { Conversation } from './conversation.ts'

/**
 * A request that was read or written. `unsupported` names the parameters (`logit_bias`,
 * `messages[2].content[0].type`) that were left out because there is no equivalent: the relay
 * refuses the call for them, or drops them where the operator allows it.
 */
export type Translated<T> =
  | { readonly ok: true; readonly value: T; readonly unsupported: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly param?: string }

/** What an answer says of itself; becomes ids and times in the caller's protocol. */
export interface AnswerContext {
  readonly requestId: string
  /** Public model name the caller asked for. */
  readonly model: string
  /** Seconds since 1970 UTC. */
  readonly createdSeconds: number
  /** Whether the caller asked for usage at the end of a stream (OpenAI's chat only). */
  readonly wantsUsage: boolean
  /** The caller's parsed request, for protocols that repeat parts of it in the answer. */
  readonly request: Readonly<Record<string, unknown>>
}

/** The caller's side of a protocol: his requests are read, answers to him are written. */
export interface CallerCodec {
  /** `body` is any parsed JSON object; `call` is what stands outside of it for Gemini. */
  readRequest(
    body: Readonly<Record<string, unknown>>,
    call: { readonly stream: boolean },
  ): Translated<Conversation>
  writeAnswer(events: readonly AnswerEvent[], context: AnswerContext): object
  writeStream(context: AnswerContext): StreamWriter
}

/** Writes one streamed answer. Returned texts are whole SSE events, blank lines included. */
export interface StreamWriter {
  write(event: AnswerEvent): string
  /** What closes the stream after its last event. */
  end(): string
}

/** The provider's side of a protocol: requests to it are written, its answers are read. */
export interface ProviderCodec {
  readonly protocol: ProtocolName
  /** `model` is the provider's own name of the model. */
  writeRequest(conversation: Conversation, model: string): Translated<object>
  /** Reads a whole answer. Never throws: what is no answer gives few events or none. */
  readAnswer(answer: Readonly<Record<string, unknown>>): readonly AnswerEvent[]
  readStream(): StreamDecoder
}

/** Reads one streamed answer. */
export interface StreamDecoder {
  /** Takes the data of one event. Never throws. Errors in the stream are not its business. */
  read(data: string): readonly AnswerEvent[]
  /** What is still to be said after the last event. */
  end(): readonly AnswerEvent[]
}
