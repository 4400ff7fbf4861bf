import { type JsonObject, textOf } from './json-object.ts'
import type { KeptText } from './kept-text.ts'

/** Texts of a block by the type of the delta that brings them. */
const TEXT_OF_DELTA: ReadonlyMap<unknown, 'text' | 'thinking' | 'partial_json' | 'content'> =
  new Map([
    ['text_delta', 'text'],
    ['thinking_delta', 'thinking'],
    ['input_json_delta', 'partial_json'],
    ['compaction_delta', 'content'],
  ] as const)

/** One content block of a streamed message, put together from its deltas. */
export class MessagesBlock {
  readonly #kept: KeptText
  readonly #start: JsonObject
  readonly #texts = new Map<'text' | 'thinking' | 'partial_json' | 'content', string>()
  readonly #citations: unknown[] = []
  #signature = ''

  /** `bytes` is about how large `start` is. */
  constructor(kept: KeptText, start: JsonObject, bytes: number) {
    this.#kept = kept
    const { type, text, thinking } = start
    this.#start = kept.reserve(bytes) ? start : { type }
    if (type === 'text' && textOf(text)) this.#texts.set('text', kept.keep(String(text)))
    if (type === 'thinking' && textOf(thinking)) {
      this.#texts.set('thinking', kept.keep(String(thinking)))
    }
  }

  /** Takes a delta of about `bytes`. */
  add(delta: JsonObject, bytes: number): void {
    const name = TEXT_OF_DELTA.get(delta.type)
    if (name !== undefined) {
      const text = this.#kept.keep(textOf(delta[name]) ?? '')
      this.#texts.set(name, (this.#texts.get(name) ?? '') + text)
    } else if (delta.type === 'signature_delta') {
      const signature = textOf(delta.signature) ?? ''
      if (this.#kept.reserve(signature.length)) this.#signature += signature
    } else if (delta.type === 'citations_delta' && this.#kept.reserve(bytes)) {
      this.#citations.push(delta.citation)
    }
  }

  /** The block as it stands in a message that is not streamed. */
  whole(): object {
    const { partial_json: json, ...texts } = Object.fromEntries(this.#texts)
    return {
      ...this.#start,
      ...texts,
      ...(textOf(json) !== undefined && { input: parsed(String(json)) }),
      ...(this.#signature !== '' && { signature: this.#signature }),
      ...(this.#citations.length > 0 && { citations: this.#citations }),
    }
  }
}

/** A tool's input that was cut off stays the text that has come. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}
