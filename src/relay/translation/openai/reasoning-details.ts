import { isJsonObject } from '../../json-object.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { ThinkingPart } from '../conversation.ts'

/**
 * Proofs of thinking that the protocol itself has no place for, in the form that OpenRouter has
 * made known: a caller who sends the message back as it came lets the model think on.
 */
export type ReasoningDetail =
  | { readonly type: 'reasoning.text'; readonly text: string; readonly signature: string }
  | { readonly type: 'reasoning.encrypted'; readonly data: string }

/** Collects the details of an answer; thoughts without a proof give none. */
export class ReasoningDetails {
  readonly #details: ReasoningDetail[] = []
  #text = ''

  add(event: AnswerEvent): void {
    if (event.kind === 'thinking') this.#text += event.text
    else if (event.kind === 'redacted_thinking') {
      this.#details.push({ type: 'reasoning.encrypted', data: event.data })
    } else if (event.kind === 'thinking_signature') {
      this.#details.push({
        type: 'reasoning.text',
        text: this.#text,
        signature: event.signature,
      })
      this.#text = ''
    }
  }

  /** A field for the message or the delta; none when there is nothing to say. */
  toField(): { readonly reasoning_details?: readonly ReasoningDetail[] } {
    return this.#details.length === 0 ? {} : { reasoning_details: this.#details }
  }
}

/** Reads details that the caller gives back. They are a hint: what is none of ours is passed over. */
export function readReasoningDetails(value: unknown): readonly ThinkingPart[] {
  return Array.isArray(value) ? value.flatMap((detail) => readDetail(detail) ?? []) : []
}

function readDetail(detail: unknown): ThinkingPart | undefined {
  if (!isJsonObject(detail)) return undefined
  const { type, text, signature, data } = detail
  if (type === 'reasoning.encrypted' && typeof data === 'string') {
    return { kind: 'thinking', text: '', redacted: data }
  }
  if (type !== 'reasoning.text' || typeof signature !== 'string') return undefined
  return { kind: 'thinking', text: typeof text === 'string' ? text : '', signature }
}
