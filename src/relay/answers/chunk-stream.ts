import type { TokenUsage } from '../../accounts/index.ts'
import { readChatUsage } from '../usage/chat-usage.ts'
import type { EventMeaning, StreamReader } from './answer-format.ts'
import { type Choice, Choices } from './choices.ts'
import {
  arrayOf,
  type JsonObject,
  objectOf,
  parseObject,
  textOf,
  writeJson,
} from './json-object.ts'
import { KeptText } from './kept-text.ts'

const DONE = '[DONE]'

/** A choice that can tell how it stands in an answer that is not streamed. */
export interface ChunkChoice extends Choice {
  whole(index: number): object
}

/** Reads a stream of chunks with `choices`, a chat's or a legacy completion's. */
export class ChunkStream<C extends ChunkChoice> implements StreamReader {
  readonly #object: string
  readonly #kept: KeptText
  readonly #choices: Choices<C>
  #done: boolean = false
  #first: JsonObject | undefined
  #usage: JsonObject | undefined
  responseModel: string | undefined
  error: unknown

  /** `object` is the name that the protocol gives to the whole answer. */
  constructor(object: string, keptBytes: number, create: (kept: KeptText) => C) {
    const kept = new KeptText(keptBytes)
    this.#object = object
    this.#kept = kept
    this.#choices = new Choices(() => create(kept), 'finish_reason')
  }

  add(data: string): EventMeaning {
    if (data === DONE) {
      this.#done = true
      return 'done'
    }
    const chunk = parseObject(data)
    if (chunk === undefined) return 'content'
    // Azure begins with a chunk about the prompt, without an id
    if (textOf(this.#first?.id) === undefined) this.#first = chunk
    this.responseModel ??= textOf(chunk.model)
    const usage = objectOf(chunk.usage)
    if (usage !== undefined) this.#usage = usage
    const choices = arrayOf(chunk.choices)
    const failed = chunk.error !== undefined && chunk.error !== null
    if (failed) this.error = chunk.error
    if (this.#choices.add(choices) || failed) return 'content'
    return usage !== undefined && choices.length === 0 ? 'usage' : 'preamble'
  }

  get usage(): TokenUsage | undefined {
    return readChatUsage(this.#usage)
  }

  get finishReason() {
    return this.#choices.finishReason
  }

  get complete() {
    return this.#done || this.#choices.complete
  }

  get characters() {
    return this.#kept.characters
  }

  get truncated() {
    return this.#kept.truncated
  }

  toJson(): string | undefined {
    if (this.#first === undefined) return undefined
    const { id, created, service_tier, system_fingerprint } = this.#first
    return writeJson({
      id,
      object: this.#object,
      created,
      model: this.responseModel,
      service_tier: service_tier ?? undefined,
      system_fingerprint: system_fingerprint ?? undefined,
      choices: this.#choices.sorted().map(([index, choice]) => choice.whole(index)),
      usage: this.#usage,
      error: this.error,
    })
  }
}
