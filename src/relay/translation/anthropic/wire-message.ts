import type { TokenUsage } from '../../../accounts/index.ts'
import type { StopReason } from '../answer-event.ts'

/** A content block of an answer as it stands in `content_block_start`. */
export type AnswerBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations: null }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      readonly input: object
      readonly caller: { readonly type: 'direct' }
    }

export type BlockDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }

interface Stop {
  readonly stop_reason: string | null
  readonly stop_sequence: string | null
  readonly stop_details: null
  readonly container: null
}

/** An answer without its content. */
export interface MessageHead extends Stop {
  readonly id: string
  readonly type: 'message'
  readonly role: 'assistant'
  readonly model: string
  readonly content: readonly AnswerBlock[]
  readonly diagnostics: null
  readonly usage: object
}

/** An event of a streamed message. */
export type MessageEvent =
  | { readonly type: 'message_start'; readonly message: MessageHead }
  | {
      readonly type: 'content_block_start'
      readonly index: number
      readonly content_block: AnswerBlock
    }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: BlockDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | { readonly type: 'message_delta'; readonly delta: Stop; readonly usage: object }
  | { readonly type: 'message_stop' }

/** How a message stopped; without a reason it is still under way. */
export function stopOf(reason: string | null, sequence?: string): Stop {
  return {
    stop_reason: reason,
    stop_sequence: sequence ?? null,
    stop_details: null,
    container: null,
  }
}

export const STOP_WORDS: Readonly<Record<StopReason, string>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
}

/** The `usage` of a whole message; what nobody counted is 0. */
export function writeUsage(usage: TokenUsage | undefined): object {
  const { cache_write_5m_tokens: for5m = 0, cache_write_1h_tokens: for1h = 0 } = usage ?? {}
  return {
    ...writeCounts(usage),
    cache_creation: { ephemeral_5m_input_tokens: for5m, ephemeral_1h_input_tokens: for1h },
    service_tier: null,
    inference_geo: null,
    speed: null,
  }
}

/** The `usage` at the end of a stream; the lifetimes of cache writes only where there are any. */
export function writeFinalUsage(usage: TokenUsage | undefined): object {
  const { cache_write_5m_tokens: for5m = 0, cache_write_1h_tokens: for1h = 0 } = usage ?? {}
  return {
    ...writeCounts(usage),
    ...(for5m + for1h > 0 && {
      cache_creation: { ephemeral_5m_input_tokens: for5m, ephemeral_1h_input_tokens: for1h },
    }),
  }
}

function writeCounts(usage: TokenUsage = {}): object {
  const { reasoning_tokens: reasoning } = usage
  return {
    input_tokens: (usage.input_tokens ?? 0) + (usage.audio_input_tokens ?? 0),
    cache_read_input_tokens: usage.cache_read_tokens ?? 0,
    cache_creation_input_tokens:
      (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0),
    output_tokens: usage.output_tokens ?? 0,
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  }
}
