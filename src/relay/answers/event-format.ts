import type { TokenUsage } from '../../accounts/index.ts'
import { readChatUsage } from '../usage/chat-usage.ts'
import { readResponsesUsage } from '../usage/responses-usage.ts'
import type { AnswerFormat, EventMeaning, StreamReader } from './answer-format.ts'
import { type JsonObject, objectOf, parseObject, textOf, writeJson } from './json-object.ts'
import { KeptText } from './kept-text.ts'

const DONE = '[DONE]'

/**
 * Answers of OpenAI's other endpoints: vectors, verdicts, pictures, speech, transcripts. Of a
 * stream the text, the usage and the last event's short fields are kept, no pictures or sound.
 */
export const eventFormat: AnswerFormat = {
  readStream: (keptBytes) => new EventStream(keptBytes),
  readWhole: ({ model, usage }) => ({
    usage: readAnyUsage(usage),
    finishReason: undefined,
    responseModel: textOf(model),
  }),
}

/** `transcript.text.done`, `speech.audio.done`, `image_generation.completed`. */
const LAST_EVENT = /\.(done|completed)$/

const NO_FIELDS: ReadonlySet<string> = new Set(['type', 'text', 'b64_json', 'audio'])

const LONGEST_FIELD = 256

class EventStream implements StreamReader {
  readonly #kept: KeptText
  #begun: boolean = false
  #text = ''
  #fields: JsonObject = {}
  #usage: JsonObject | undefined
  readonly finishReason = undefined
  complete: boolean = false
  responseModel: string | undefined
  error: unknown

  constructor(keptBytes: number) {
    this.#kept = new KeptText(keptBytes)
  }

  add(data: string): EventMeaning {
    if (data === DONE) {
      this.complete = true
      return 'done'
    }
    const event = parseObject(data)
    if (event === undefined) return 'content'
    this.#begun = true
    this.#usage = objectOf(event.usage) ?? this.#usage
    this.responseModel ??= textOf(event.model)
    const type = textOf(event.type) ?? ''
    if (type === 'error' || objectOf(event.error)) this.error = event.error ?? event
    else if (type.endsWith('text.delta')) this.#text += this.#kept.keep(textOf(event.delta) ?? '')
    else if (LAST_EVENT.test(type)) this.#finish(event)
    return 'content'
  }

  get usage(): TokenUsage | undefined {
    return readAnyUsage(this.#usage)
  }

  get characters() {
    return this.#kept.characters
  }

  get truncated() {
    return this.#kept.truncated
  }

  toJson(): string | undefined {
    if (!this.#begun) return undefined
    return writeJson({
      ...this.#fields,
      ...(this.#text !== '' && { text: this.#text }),
      usage: this.#usage,
      error: this.error,
    })
  }

  #finish(event: JsonObject): void {
    this.complete = true
    const { narrow, wide } = this.#kept.characters
    if (narrow + wide === 0) this.#text = this.#kept.keep(textOf(event.text) ?? '')
    this.#fields = Object.fromEntries(
      Object.entries(event).filter(([name, value]) => !NO_FIELDS.has(name) && isShort(value)),
    )
  }
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= LONGEST_FIELD : typeof value !== 'object'
}

function readAnyUsage(usage: unknown): TokenUsage | undefined {
  return readResponsesUsage(usage) ?? readChatUsage(usage)
}
