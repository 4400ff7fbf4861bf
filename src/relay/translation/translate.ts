import type { Operation } from '../endpoints.ts'
import type { ProtocolName } from '../protocols/protocol.ts'
import type { AnswerEvent } from './answer-event.ts'
import { messagesCallerCodec, messagesProviderCodec } from './anthropic/messages-codec.ts'
import type {
  AnswerContext,
  CallerCodec,
  ProviderCodec,
  StreamDecoder,
  StreamWriter,
  Translated,
} from './codec.ts'
import { translateCountTokens } from './count-tokens.ts'
import { translateEmbeddings } from './embeddings.ts'
import { firstCallOnly } from './first-call-only.ts'
import { generateCallerCodec, generateProviderCodec } from './google/generate-codec.ts'
import { chatCallerCodec, chatProviderCodec } from './openai/chat-codec.ts'
import { markSignatures, withOwnSignatures } from './own-signatures.ts'
import { responsesCallerCodec } from './responses/responses-codec.ts'

/** Turns the answers of a provider into those of the caller's protocol. */
export interface AnswerTranslation {
  /** Translates an answer that was not streamed. */
  whole(answer: Readonly<Record<string, unknown>>): object
  /** Absent where the operation has no streams. */
  stream?(keptBytes: number): StreamTranslation
}

/** Translates one streamed answer, event by event. */
export interface StreamTranslation {
  /** Takes the data of one event of the provider; returns SSE text for the caller. */
  read(data: string): string
  /** What the caller still has to be sent after the last event. */
  end(): string
  /** The whole answer in the caller's protocol, as far as it has come. */
  toJson(): string | undefined
  /** Whether text was left out of `toJson` because of the limit. */
  readonly truncated: boolean
}

/** A request in the provider's protocol, and how its answer comes back. */
export interface Translation {
  /** The operation that the provider is asked for. */
  readonly operation: Operation
  readonly body: object
  readonly answer: AnswerTranslation
}

const CALLERS: Readonly<Partial<Record<Operation, CallerCodec>>> = {
  chat: chatCallerCodec,
  responses: responsesCallerCodec,
  messages: messagesCallerCodec,
  generate_content: generateCallerCodec,
}

/** Whose requests are in the form that is counted. */
const COUNTERS: Readonly<Partial<Record<Operation, CallerCodec>>> = {
  messages_count_tokens: messagesCallerCodec,
  google_count_tokens: generateCallerCodec,
}

const EMBEDDED_BY_OPENAI: ReadonlySet<Operation> = new Set([
  'embed_content',
  'batch_embed_contents',
])

const PROVIDERS: Readonly<
  Record<ProtocolName, { readonly operation: Operation; readonly codec: ProviderCodec }>
> = {
  openai: { operation: 'chat', codec: chatProviderCodec },
  anthropic: { operation: 'messages', codec: messagesProviderCodec },
  google: { operation: 'generate_content', codec: generateProviderCodec },
}

/** Whether requests of an operation can be put into another protocol at all. */
export function isTranslatable(operation: Operation, protocol: ProtocolName): boolean {
  if (CALLERS[operation] !== undefined) return true
  if (COUNTERS[operation] !== undefined) return protocol !== 'openai'
  return protocol === 'google'
    ? operation === 'embeddings'
    : protocol === 'openai' && EMBEDDED_BY_OPENAI.has(operation)
}

/**
 * Puts a request into the protocol that a provider speaks. Names in `unsupported` have no
 * equivalent there and are missing in the body.
 */
export function translateCall(
  operation: Operation,
  protocol: ProtocolName,
  providerModel: string,
  stream: boolean,
  context: AnswerContext,
): Translated<Translation> {
  const caller = CALLERS[operation]
  if (caller !== undefined) {
    return translateConversation(caller, protocol, providerModel, stream, context)
  }
  const counting = COUNTERS[operation]
  const whole =
    counting === undefined
      ? translateEmbeddings(operation, protocol, providerModel, context)
      : translateCountTokens(
          operation,
          { caller: counting, provider: PROVIDERS[protocol].codec },
          providerModel,
          context,
        )
  if (!whole.ok) return whole
  const { answer, ...request } = whole.value
  return { ...whole, value: { ...request, answer: { whole: answer } } }
}

function translateConversation(
  caller: CallerCodec,
  protocol: ProtocolName,
  providerModel: string,
  stream: boolean,
  context: AnswerContext,
): Translated<Translation> {
  const read = caller.readRequest(context.request, { stream })
  if (!read.ok) return read
  const { operation, codec } = PROVIDERS[protocol]
  const written = codec.writeRequest(withOwnSignatures(read.value, protocol), providerModel)
  if (!written.ok) return written
  const answers = markSignatures(codec)
  const reader = read.value.parallelToolCalls === false ? firstCallOnly(answers) : answers
  return {
    ok: true,
    unsupported: [...read.unsupported, ...written.unsupported],
    value: {
      operation,
      body: written.value,
      answer: {
        whole: (answer) => caller.writeAnswer(reader.readAnswer(answer), context),
        stream: (keptBytes) => new ConversationStream(reader, caller, context, keptBytes),
      },
    },
  }
}

class ConversationStream implements StreamTranslation {
  readonly #decoder: StreamDecoder
  readonly #writer: StreamWriter
  readonly #caller: CallerCodec
  readonly #context: AnswerContext
  readonly #keptBytes: number
  readonly #events: AnswerEvent[] = []
  #length = 0
  truncated: boolean = false

  constructor(
    provider: Pick<ProviderCodec, 'readStream'>,
    caller: CallerCodec,
    context: AnswerContext,
    keptBytes: number,
  ) {
    this.#decoder = provider.readStream()
    this.#writer = caller.writeStream(context)
    this.#caller = caller
    this.#context = context
    this.#keptBytes = keptBytes
  }

  read(data: string): string {
    return this.#write(this.#decoder.read(data))
  }

  end(): string {
    return this.#write(this.#decoder.end()) + this.#writer.end()
  }

  toJson(): string | undefined {
    if (this.#events.length === 0) return undefined
    return JSON.stringify(this.#caller.writeAnswer(this.#events, this.#context))
  }

  #write(events: readonly AnswerEvent[]): string {
    let text = ''
    for (const event of events) {
      this.#keep(event)
      text += this.#writer.write(event)
    }
    return text
  }

  /** Keeps the event for the record; what is only more text joins the event before. */
  #keep(event: AnswerEvent): void {
    const text = textOf(event)
    this.#length += text?.length ?? 0
    if (this.#length > this.#keptBytes) {
      this.truncated = true
      if (text !== undefined) return
    }
    const last = this.#events.at(-1)
    if (text === undefined || last?.kind !== event.kind) this.#events.push(event)
    else if (event.kind !== 'tool_arguments') {
      this.#events[this.#events.length - 1] = {
        ...event,
        text: `${textOf(last)}${text}`,
      } as AnswerEvent
    } else if (last.kind === 'tool_arguments' && last.index === event.index) {
      this.#events[this.#events.length - 1] = { ...event, json: last.json + event.json }
    } else this.#events.push(event)
  }
}

function textOf(event: AnswerEvent): string | undefined {
  switch (event.kind) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return event.text
    case 'tool_arguments':
      return event.json
    default:
      return undefined
  }
}
