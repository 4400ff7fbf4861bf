import type { TokenUsage } from '../../accounts/index.ts'

/** Why the model stopped. */
export type StopReason = 'stop' | 'stop_sequence' | 'length' | 'tool_calls' | 'content_filter'

/**
 * A piece of an answer in no protocol's own form. A whole answer is the same list as its stream:
 * `start`, pieces in the order the model made them, `stop`, `usage`. `index` numbers tool calls
 * from 0 in the order they begin; pieces of one call come after its `tool_start`.
 */
export type AnswerEvent =
  | { readonly kind: 'start'; readonly id?: string; readonly model?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'thinking_signature'; readonly signature: string }
  | { readonly kind: 'redacted_thinking'; readonly data: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | {
      readonly kind: 'tool_start'
      readonly index: number
      readonly id: string
      readonly name: string
      readonly signature?: string
    }
  | { readonly kind: 'tool_arguments'; readonly index: number; readonly json: string }
  | { readonly kind: 'stop'; readonly reason: StopReason; readonly sequence?: string }
  | { readonly kind: 'usage'; readonly usage: TokenUsage }
