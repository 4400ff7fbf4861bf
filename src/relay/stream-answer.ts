import type { AnswerFormat, StreamReader } from './answers/answer-format.ts'
import { maskJson } from './mask.ts'
import { SseSplitter } from './sse-splitter.ts'
import { StreamList } from './stream-list.ts'
import type { AnswerTranslation, StreamTranslation } from './translation/translate.ts'

/** What comes before the first word is held back; a provider that sends more has begun. */
const LONGEST_PREAMBLE_BYTES = 256 * 1024

export interface StreamAnswerSettings {
  readonly format: AnswerFormat
  readonly translation: AnswerTranslation | undefined
  /** Whether the caller himself asked for the usage chunk. */
  readonly passUsageOn: boolean
  readonly keptBytes: number
  /** What must not appear in an error that is passed on. */
  readonly secrets: readonly string[]
  /** False when the caller wants a JSON list of the events' data instead. */
  readonly asEvents: boolean
}

/**
 * A streamed answer on its way: gives back the bytes that go on to the caller, none before the
 * model has said something, and learns from them what the record needs.
 */
export class StreamAnswer {
  readonly reader: StreamReader
  readonly #translation: StreamTranslation | undefined
  readonly #splitter: SseSplitter
  readonly #passUsageOn: boolean
  readonly #secrets: readonly string[]
  #held: Buffer[] | undefined
  #heldBytes = 0
  #translated = ''
  readonly #list: StreamList | undefined
  /** Whether the model has said something, so that the caller may see the answer begin. */
  begun: boolean = false
  /** Whether the provider has said that nothing more follows. */
  done: boolean = false
  /** Whether the provider's own error event goes on to the caller, so that none of ours has to. */
  errorPassedOn: boolean = false

  constructor(settings: StreamAnswerSettings) {
    const { format, translation, passUsageOn, keptBytes, secrets, asEvents } = settings
    this.#secrets = secrets
    this.#list = asEvents ? undefined : new StreamList()
    this.#translation = translation?.stream?.(keptBytes)
    // of a translated answer the translation keeps the text
    this.reader = format.readStream(translation === undefined ? keptBytes : 0)
    this.#passUsageOn = passUsageOn
    this.#splitter = new SseSplitter((data) => this.#read(data))
  }

  push(chunk: Buffer): Buffer | undefined {
    const piece = this.#release(this.#splitter.push(chunk))
    if (this.#list === undefined) return piece
    return this.done || this.#endsInError ? this.#list.end(piece) : this.#list.push(piece)
  }

  /** Ends the stream after its last byte; what was held back is given up. */
  end(): Buffer | undefined {
    const { begun } = this
    const rest = this.#splitter.end()
    if (this.#translation !== undefined && !this.done && this.complete) {
      this.#translated += this.#translation.end()
    }
    if (this.complete) this.begun = true
    // half an event says nothing, and would swallow the error event that comes behind it
    const isCut = !this.complete && this.reader.error === undefined
    if (isCut) this.begun = begun
    const last = this.#release(isCut ? undefined : rest)
    if (this.#list === undefined) return last
    return this.complete || this.#endsInError ? this.#list.end(last) : this.#list.push(last)
  }

  /** Whether the answer is complete, also where a provider leaves the closing mark out. */
  get complete(): boolean {
    return this.done || this.reader.complete
  }

  /** The whole answer as the caller knows it; undefined when nothing has come. */
  toJson(): string | undefined {
    const json = (this.#translation ?? this.reader).toJson()
    const hasError = json !== undefined && this.reader.error !== undefined
    return hasError ? maskJson(json, this.#secrets) : json
  }

  get truncated(): boolean {
    return this.#translation?.truncated ?? this.reader.truncated
  }

  /** Whether the caller is being sent the provider's own error as the last event. */
  get #endsInError(): boolean {
    return this.begun && this.errorPassedOn
  }

  #read(data: string): boolean {
    const meaning = this.reader.add(data)
    if (this.reader.error !== undefined) return this.#passErrorOn(data)
    if (meaning === 'content') this.begun = true
    if (meaning === 'done') {
      this.begun = true
      this.done = true
    }
    if (this.#translation === undefined) return meaning !== 'usage' || this.#passUsageOn
    this.#translated += this.#translation.read(data)
    if (this.done) this.#translated += this.#translation.end()
    return false
  }

  /** An error that was translated, or holds a secret, is replaced by one of ours. */
  #passErrorOn(data: string): boolean {
    this.errorPassedOn = this.#translation === undefined && maskJson(data, this.#secrets) === data
    return this.errorPassedOn
  }

  #release(passed: Buffer | undefined): Buffer | undefined {
    let piece = passed
    if (this.#translation !== undefined) {
      piece = this.#translated === '' ? undefined : Buffer.from(this.#translated)
      this.#translated = ''
    }
    if (this.begun && this.#held === undefined) return piece
    if (piece !== undefined) {
      this.#held ??= []
      this.#held.push(piece)
      this.#heldBytes += piece.length
      if (this.#heldBytes > LONGEST_PREAMBLE_BYTES) this.begun = true
    }
    if (!this.begun || this.#held === undefined) return undefined
    const all = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held)
    this.#held = undefined
    return all
  }
}
