import type { TokenUsage } from '../../accounts/index.ts'
import type { CharacterCount } from '../token-estimate.ts'

/** What an event of a stream means for the relay. */
export type EventMeaning =
  /** Something the model said, or the end of the answer: from here on the answer has begun. */
  | 'content'
  /** Comes before anything was said (`message_start`, a delta with a role only, `ping`). */
  | 'preamble'
  /** Carries usage and nothing else: stripped when the caller did not ask for it. */
  | 'usage'
  /** The protocol's closing mark; nothing follows. */
  | 'done'

/**
 * Reads along while a streamed answer passes, one per attempt: learns what the record needs and
 * adds the chunks up to what the same answer looks like when it is not streamed.
 */
export interface StreamReader {
  /** Takes the data of one event. Never throws: what cannot be read is `content`. */
  add(data: string): EventMeaning
  /** The provider's own numbers; undefined while none have come. */
  readonly usage: TokenUsage | undefined
  /** In the provider's own words: `stop`, `end_turn`, `MAX_TOKENS`. */
  readonly finishReason: string | undefined
  readonly responseModel: string | undefined
  /** Whether the answer is complete, also where the closing mark is left out. */
  readonly complete: boolean
  /** The provider's error object, when the stream held one. */
  readonly error: unknown
  /** Characters the model has produced, for estimates. */
  readonly characters: CharacterCount
  /** Whether text was left out of `toJson` because of the limit. */
  readonly truncated: boolean
  /** The whole answer as JSON; undefined when nothing has come. */
  toJson(): string | undefined
}

/** What is known of an answer that was not streamed. */
export interface WholeFacts {
  readonly usage: TokenUsage | undefined
  readonly finishReason: string | undefined
  readonly responseModel: string | undefined
}

/** How the answers of one operation are read. */
export interface AnswerFormat {
  /** Starts reading a stream; at most `keptBytes` of text are kept for `toJson`. */
  readStream(keptBytes: number): StreamReader
  /** Reads a parsed whole answer. Never throws. */
  readWhole(answer: Readonly<Record<string, unknown>>): WholeFacts
}
