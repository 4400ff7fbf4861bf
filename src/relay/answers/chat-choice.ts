import type { ChunkChoice } from './chunk-stream.ts'
import { GrowingText } from './growing-text.ts'
import { arrayOf, type JsonObject, objectOf, textOf } from './json-object.ts'
import type { KeptText } from './kept-text.ts'

interface ToolCall {
  id: string | undefined
  type: string
  name: string
  arguments: string
}

/** A provider may number its tool calls as it likes; more than this are not kept. */
const MOST_TOOL_CALLS = 256

/** One choice of a streamed chat completion, put together from its deltas. */
export class ChatChoice implements ChunkChoice {
  readonly #kept: KeptText
  readonly #toolCalls = new Map<number, ToolCall>()
  #role = 'assistant'
  #content: GrowingText | undefined
  #refusal: string | undefined
  #reasoning: GrowingText | undefined
  #audio: { readonly id: unknown; readonly transcript: string } | undefined
  #functionCall: { readonly name: string; readonly arguments: string } | undefined
  finishReason: string | undefined

  constructor(kept: KeptText) {
    this.#kept = kept
  }

  add(part: JsonObject): boolean {
    const delta = objectOf(part.delta)
    return delta !== undefined && this.#addDelta(delta)
  }

  #addDelta(delta: JsonObject): boolean {
    this.#role = textOf(delta.role) ?? this.#role
    let said = false
    const content = textOf(delta.content)
    if (content !== undefined) {
      this.#said(content)
      said = true
    } else if (delta.content === '') {
      this.#content ??= new GrowingText()
    } else if (Array.isArray(delta.content)) {
      said = this.#addParts(delta.content)
    }
    const reasoning = textOf(delta.reasoning_content) ?? textOf(delta.reasoning)
    if (reasoning !== undefined) {
      this.#reasoning ??= new GrowingText()
      this.#reasoning.add(this.#kept.keep(reasoning))
      said = true
    }
    if (Array.isArray(delta.tool_calls)) {
      for (const call of delta.tool_calls as unknown[]) said = this.#addToolCall(call) || said
    }
    return this.#addRare(delta) || said
  }

  #said(text: string): void {
    this.#content ??= new GrowingText()
    this.#content.add(this.#kept.keep(text))
  }

  /** What only few answers have, kept off the path of the many. */
  #addRare({ refusal, function_call, audio, reasoning_details }: JsonObject): boolean {
    let said = arrayOf(reasoning_details).length > 0
    const text = textOf(refusal)
    if (text !== undefined) {
      this.#refusal = (this.#refusal ?? '') + this.#kept.keep(text)
      said = true
    }
    const call = objectOf(function_call)
    if (call !== undefined) {
      this.#functionCall = {
        name: (this.#functionCall?.name ?? '') + this.#kept.keep(textOf(call.name) ?? ''),
        arguments:
          (this.#functionCall?.arguments ?? '') + this.#kept.keep(textOf(call.arguments) ?? ''),
      }
      said = true
    }
    const spoken = objectOf(audio)
    if (spoken !== undefined) {
      const transcript = this.#kept.keep(textOf(spoken.transcript) ?? '')
      this.#audio = {
        id: this.#audio?.id ?? textOf(spoken.id),
        transcript: (this.#audio?.transcript ?? '') + transcript,
      }
      said = true
    }
    return said
  }

  /** Mistral's way: a delta of parts. */
  #addParts(parts: readonly unknown[]): boolean {
    for (const part of parts) {
      const text = textOf(objectOf(part)?.text)
      if (text !== undefined) this.#said(text)
    }
    return parts.length > 0
  }

  #addToolCall(value: unknown): boolean {
    const given = objectOf(value)
    if (given === undefined) return false
    const index = typeof given.index === 'number' ? given.index : this.#toolCalls.size
    let call = this.#toolCalls.get(index)
    if (call === undefined) {
      if (this.#toolCalls.size >= MOST_TOOL_CALLS) return true
      call = { id: undefined, type: 'function', name: '', arguments: '' }
      this.#toolCalls.set(index, call)
    }
    call.id = textOf(given.id) ?? call.id
    call.type = textOf(given.type) ?? call.type
    const called = objectOf(given.function)
    if (called !== undefined) {
      call.name += this.#kept.keep(textOf(called.name) ?? '')
      call.arguments += this.#kept.keep(textOf(called.arguments) ?? '')
    }
    return true
  }

  whole(index: number): object {
    const calls = [...this.#toolCalls].sort(([one], [other]) => one - other)
    return {
      index,
      message: {
        role: this.#role,
        content: this.#content?.toString() ?? null,
        refusal: this.#refusal,
        reasoning_content: this.#reasoning?.toString(),
        ...(calls.length > 0 && {
          tool_calls: calls.map(([, { id, type, name, arguments: json }]) => ({
            id,
            type,
            function: { name, arguments: json },
          })),
        }),
        function_call: this.#functionCall,
        audio: this.#audio,
      },
      finish_reason: this.finishReason ?? null,
    }
  }
}
