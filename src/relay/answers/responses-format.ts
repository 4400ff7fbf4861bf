import type { TokenUsage } from '../../accounts/index.ts'
import { readResponsesUsage } from '../usage/responses-usage.ts'
import type { AnswerFormat, EventMeaning, StreamReader } from './answer-format.ts'
import { type JsonObject, objectOf, parseObject, textOf, writeJson } from './json-object.ts'
import { KeptText } from './kept-text.ts'
import { ResponsesItem } from './responses-item.ts'

const DONE = '[DONE]'

/** Answers of OpenAI's responses; they end with their status, or with why they are incomplete. */
export const responsesFormat: AnswerFormat = {
  readStream: (keptBytes) => new ResponsesStream(keptBytes),
  readWhole: (response) => ({
    usage: readResponsesUsage(response.usage),
    finishReason: finishReason(response),
    responseModel: textOf(response.model),
  }),
}

/** A provider may number its output items as it likes; more than this are not kept. */
const MOST_ITEMS = 1024

class ResponsesStream implements StreamReader {
  readonly #keptBytes: number
  readonly #kept: KeptText
  readonly #items = new Map<number, ResponsesItem>()
  /** What the first event told, without the request that it repeats. */
  #head: JsonObject | undefined
  /** The response of the last event. */
  #last: JsonObject | undefined
  /** Whether `#last` is small enough to be kept as it came. */
  #lastFits: boolean = false
  #done: boolean = false
  error: unknown

  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes
    this.#kept = new KeptText(keptBytes)
  }

  add(data: string): EventMeaning {
    if (data === DONE) {
      this.#done = true
      return 'done'
    }
    const event = parseObject(data)
    if (event === undefined) return 'content'
    switch (event.type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.#begin(objectOf(event.response) ?? {})
        return 'preamble'
      case 'keepalive':
        return 'preamble'
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#finish(objectOf(event.response) ?? {}, data.length)
        if (event.type === 'response.failed') this.error = this.#last?.error ?? {}
        return 'done'
      case 'response.output_item.added':
      case 'response.output_item.done':
        this.#item(event)?.note(objectOf(event.item) ?? {}, data.length)
        return 'content'
      default:
        this.#addOther(event)
        return 'content'
    }
  }

  get usage(): TokenUsage | undefined {
    return readResponsesUsage(this.#last?.usage)
  }

  get finishReason() {
    return this.#last && finishReason(this.#last)
  }

  get responseModel() {
    return textOf(this.#last?.model) ?? textOf(this.#head?.model)
  }

  get complete() {
    return this.#done
  }

  get characters() {
    return this.#kept.characters
  }

  get truncated() {
    return !this.#lastFits && (this.#kept.truncated || this.#last !== undefined)
  }

  toJson(): string | undefined {
    if (this.#last !== undefined && this.#lastFits) return writeJson(this.#last)
    const head = this.#head ?? (this.#last && headOf(this.#last))
    if (head === undefined && this.#items.size === 0) return undefined
    const items = [...this.#items].sort(([one], [other]) => one - other)
    return writeJson({
      ...head,
      status: this.#last?.status ?? head?.status,
      incomplete_details: this.#last?.incomplete_details,
      output: items.map(([, item]) => item.whole()),
      usage: this.#last?.usage,
      error: this.error,
    })
  }

  #begin(response: JsonObject): void {
    this.#head ??= headOf(response)
  }

  #finish(response: JsonObject, bytes: number): void {
    this.#done = true
    this.#last = response
    this.#lastFits = bytes <= this.#keptBytes
  }

  #addOther(event: JsonObject): void {
    const { type } = event
    if (type === 'error' || objectOf(event.error)) this.error = event.error ?? event
    // speech comes as base64: not what the model said in characters
    else if (
      typeof type === 'string' &&
      type.endsWith('.delta') &&
      type !== 'response.audio.delta'
    ) {
      this.#item(event)?.add(event)
    }
  }

  #item({ output_index }: JsonObject): ResponsesItem | undefined {
    const index = typeof output_index === 'number' ? output_index : 0
    const known = this.#items.get(index)
    if (known !== undefined || this.#items.size >= MOST_ITEMS) return known
    const item = new ResponsesItem(this.#kept)
    this.#items.set(index, item)
    return item
  }
}

/** The request's own fields, which the response repeats, are in the record already. */
function headOf({ id, object, created_at, status, model }: JsonObject): JsonObject {
  return { id, object, created_at, status, model }
}

function finishReason(response: JsonObject): string | undefined {
  return textOf(objectOf(response.incomplete_details)?.reason) ?? textOf(response.status)
}
