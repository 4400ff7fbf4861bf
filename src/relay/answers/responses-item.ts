import { type JsonObject, textOf } from './json-object.ts'
import type { KeptText } from './kept-text.ts'

type PartType = 'output_text' | 'refusal' | 'reasoning_text' | 'summary_text'

/** Where the text of a delta goes: a field of its item, or parts in a list of it. */
type Place =
  | { readonly field: 'arguments' | 'input' | 'code' }
  | {
      readonly list: 'content' | 'summary'
      readonly type: PartType
    }

const PLACES: ReadonlyMap<unknown, Place> = new Map<unknown, Place>([
  ['response.output_text.delta', { list: 'content', type: 'output_text' }],
  ['response.refusal.delta', { list: 'content', type: 'refusal' }],
  ['response.reasoning_text.delta', { list: 'content', type: 'reasoning_text' }],
  ['response.reasoning_summary_text.delta', { list: 'summary', type: 'summary_text' }],
  ['response.function_call_arguments.delta', { field: 'arguments' }],
  ['response.mcp_call_arguments.delta', { field: 'arguments' }],
  ['response.custom_tool_call_input.delta', { field: 'input' }],
  ['response.code_interpreter_call_code.delta', { field: 'code' }],
])

/** A provider may number its parts as it likes; more than this are not kept. */
const MOST_PARTS = 256

interface Part {
  readonly place: Place
  text: string
}

/** One output item of a streamed response, put together from its deltas. */
export class ResponsesItem {
  readonly #kept: KeptText
  readonly #content = new Map<number, Part>()
  readonly #summary = new Map<number, Part>()
  #item: JsonObject = {}

  constructor(kept: KeptText) {
    this.#kept = kept
  }

  /** Takes the item as it begins or ends, about `bytes` long; its end brings what has no deltas. */
  note(item: JsonObject, bytes: number): void {
    const known = { ...this.#item, type: item.type, id: item.id, status: item.status }
    const plain = this.#content.size === 0 && this.#summary.size === 0
    this.#item = plain && this.#kept.reserve(bytes) ? item : known
  }

  /** Adds the text of a delta; events that bring none of a known kind change nothing. */
  add(event: JsonObject): void {
    const place = PLACES.get(event.type)
    const text = this.#kept.keep(textOf(event.delta) ?? '')
    if (place === undefined) return
    const inSummary = 'list' in place && place.list === 'summary'
    const parts = inSummary ? this.#summary : this.#content
    const given = inSummary ? event.summary_index : event.content_index
    const index = typeof given === 'number' ? given : 0
    const part = parts.get(index)
    if (part !== undefined) part.text += text
    else if (parts.size < MOST_PARTS) parts.set(index, { place, text })
  }

  /** The item as it stands in a response that is not streamed. */
  whole(): object {
    const content: object[] = []
    const summary: object[] = []
    const fields: { arguments?: string; input?: string; code?: string } = {}
    for (const { place, text } of [...inOrder(this.#content), ...inOrder(this.#summary)]) {
      if ('field' in place) fields[place.field] = text
      else (place.list === 'content' ? content : summary).push(partOf(place.type, text))
    }
    return {
      ...this.#item,
      ...fields,
      ...(content.length > 0 && { content }),
      ...(summary.length > 0 && { summary }),
    }
  }
}

function partOf(type: PartType, text: string): object {
  return type === 'refusal' ? { type, refusal: text } : { type, text }
}

function inOrder(parts: ReadonlyMap<number, Part>): readonly Part[] {
  return [...parts].sort(([one], [other]) => one - other).map(([, part]) => part)
}
