import type { TokenUsage } from '../../accounts/index.ts'
import { mergeMessagesUsage, readMessagesUsage } from '../usage/messages-usage.ts'
import type { AnswerFormat, EventMeaning, StreamReader } from './answer-format.ts'
import { type JsonObject, objectOf, parseObject, textOf, writeJson } from './json-object.ts'
import { KeptText } from './kept-text.ts'
import { MessagesBlock } from './messages-block.ts'

/** Answers of Anthropic's messages. */
export const messagesFormat: AnswerFormat = {
  readStream: (keptBytes) => new MessagesStream(keptBytes),
  readWhole: ({ model, usage, stop_reason }) => ({
    usage: readMessagesUsage(usage),
    finishReason: textOf(stop_reason),
    responseModel: textOf(model),
  }),
}

/** A provider may number its blocks as it likes; more than this are not kept. */
const MOST_BLOCKS = 1024

class MessagesStream implements StreamReader {
  readonly #kept: KeptText
  readonly #blocks = new Map<number, MessagesBlock>()
  #begun: boolean = false
  #stopped: boolean = false
  #message: JsonObject = {}
  #usage: unknown
  #stopSequence: string | undefined
  finishReason: string | undefined
  error: unknown

  constructor(keptBytes: number) {
    this.#kept = new KeptText(keptBytes)
  }

  add(data: string): EventMeaning {
    const event = parseObject(data)
    if (event === undefined) return 'content'
    this.#begun = true
    switch (event.type) {
      case 'ping':
        return 'preamble'
      case 'message_start':
        this.#start(objectOf(event.message) ?? {})
        return 'preamble'
      case 'content_block_start':
      case 'content_block_delta':
        this.#addToBlock(event, data.length)
        return 'content'
      case 'message_delta':
        this.#stop(objectOf(event.delta) ?? {})
        this.#usage = mergeMessagesUsage(this.#usage, event.usage)
        return 'content'
      case 'message_stop':
        this.#stopped = true
        return 'done'
      default:
        if (event.type === 'error' || objectOf(event.error)) this.error = event.error ?? event
        return 'content'
    }
  }

  get usage(): TokenUsage | undefined {
    return readMessagesUsage(this.#usage)
  }

  get responseModel() {
    return textOf(this.#message.model)
  }

  get complete() {
    return this.#stopped || this.finishReason !== undefined
  }

  get characters() {
    return this.#kept.characters
  }

  get truncated() {
    return this.#kept.truncated
  }

  toJson(): string | undefined {
    if (!this.#begun) return undefined
    const blocks = [...this.#blocks].sort(([one], [other]) => one - other)
    return writeJson({
      ...this.#message,
      content: blocks.map(([, block]) => block.whole()),
      stop_reason: this.finishReason ?? null,
      stop_sequence: this.#stopSequence ?? null,
      usage: objectOf(this.#usage),
      error: this.error,
    })
  }

  #start(message: JsonObject): void {
    const { id, type, role, model, usage } = message
    this.#message = { id, type, role, model }
    this.#usage = usage
  }

  #stop({ stop_reason, stop_sequence }: JsonObject): void {
    this.finishReason = textOf(stop_reason) ?? this.finishReason
    this.#stopSequence = textOf(stop_sequence) ?? this.#stopSequence
  }

  #addToBlock(event: JsonObject, bytes: number): void {
    const index = typeof event.index === 'number' ? event.index : 0
    const block = this.#blocks.get(index)
    const delta = objectOf(event.delta)
    if (block !== undefined) {
      if (delta !== undefined) block.add(delta, bytes)
      return
    }
    if (this.#blocks.size >= MOST_BLOCKS) return
    const added = new MessagesBlock(this.#kept, objectOf(event.content_block) ?? {}, bytes)
    this.#blocks.set(index, added)
    if (delta !== undefined) added.add(delta, bytes)
  }
}
