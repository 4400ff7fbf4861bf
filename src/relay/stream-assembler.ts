import { type CharacterCount, countCharacters } from './token-estimate.ts'

interface ToolCall {
  id: string | undefined
  type: string
  name: string
  arguments: string
}

interface Choice {
  role: string
  content: string | undefined
  refusal: string | undefined
  reasoning: string | undefined
  finishReason: string | undefined
  readonly toolCalls: Map<number, ToolCall>
}

interface Delta {
  readonly role?: unknown
  readonly content?: unknown
  readonly refusal?: unknown
  readonly reasoning_content?: unknown
  readonly reasoning?: unknown
  readonly tool_calls?: unknown
}

interface Chunk {
  readonly id?: unknown
  readonly created?: unknown
  readonly model?: unknown
  readonly system_fingerprint?: unknown
  readonly choices?: unknown
  readonly usage?: unknown
  readonly error?: unknown
}

/** A provider may number choices and tool calls as it likes; more than this are not kept. */
const MOST_PARTS = 256

/**
 * Adds up the chunks of a streamed chat completion to what the same answer looks like when it is
 * not streamed, keeping at most `maxBytes` of text.
 */
export class StreamAssembler {
  readonly #maxBytes: number
  readonly #choices = new Map<number, Choice>()
  #head: Pick<Chunk, 'id' | 'created' | 'system_fingerprint'> | undefined
  #keptBytes = 0
  readonly characters: CharacterCount = { narrow: 0, wide: 0 }
  /** The provider's usage object, of the last chunk that had one. */
  usage: unknown
  model: string | undefined
  finishReason: string | undefined
  /** The provider's error object, when the stream held one. */
  error: unknown
  truncated: boolean = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the data of one event; tells whether it carried usage and nothing else. */
  add(data: string): 'usage' | 'content' | 'unreadable' {
    const chunk = parseObject(data)
    if (chunk === undefined) return 'unreadable'
    if (chunk.error !== undefined && chunk.error !== null) this.error = chunk.error
    this.#head ??= chunk
    if (this.model === undefined && typeof chunk.model === 'string' && chunk.model !== '') {
      this.model = chunk.model
    }
    if (typeof chunk.usage === 'object' && chunk.usage !== null) this.usage = chunk.usage
    const choices = Array.isArray(chunk.choices) ? (chunk.choices as unknown[]) : []
    for (const choice of choices) this.#addChoice(choice)
    return choices.length === 0 && chunk.usage !== undefined && chunk.usage !== null
      ? 'usage'
      : 'content'
  }

  #addChoice(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const given = value as { index?: unknown; delta?: unknown; finish_reason?: unknown }
    const choice = this.#choice(typeof given.index === 'number' ? given.index : 0)
    if (choice === undefined) return
    if (typeof given.finish_reason === 'string') {
      choice.finishReason = given.finish_reason
      this.finishReason = given.finish_reason
    }
    if (typeof given.delta === 'object' && given.delta !== null) {
      this.#addDelta(choice, given.delta as Delta)
    }
  }

  #choice(index: number): Choice | undefined {
    const known = this.#choices.get(index)
    if (known !== undefined || this.#choices.size >= MOST_PARTS) return known
    const choice: Choice = {
      role: 'assistant',
      content: undefined,
      refusal: undefined,
      reasoning: undefined,
      finishReason: undefined,
      toolCalls: new Map(),
    }
    this.#choices.set(index, choice)
    return choice
  }

  #addDelta(choice: Choice, delta: Delta): void {
    if (typeof delta.role === 'string' && delta.role !== '') choice.role = delta.role
    if (typeof delta.content === 'string') {
      choice.content = (choice.content ?? '') + this.#keep(delta.content)
    }
    if (typeof delta.refusal === 'string') {
      choice.refusal = (choice.refusal ?? '') + this.#keep(delta.refusal)
    }
    const reasoning = delta.reasoning_content ?? delta.reasoning
    if (typeof reasoning === 'string') {
      choice.reasoning = (choice.reasoning ?? '') + this.#keep(reasoning)
    }
    if (Array.isArray(delta.tool_calls)) {
      for (const call of delta.tool_calls as unknown[]) this.#addToolCall(choice, call)
    }
  }

  #addToolCall(choice: Choice, value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const given = value as {
      index?: unknown
      id?: unknown
      type?: unknown
      function?: { name?: unknown; arguments?: unknown } | null
    }
    const index = typeof given.index === 'number' ? given.index : choice.toolCalls.size
    let call = choice.toolCalls.get(index)
    if (call === undefined) {
      if (choice.toolCalls.size >= MOST_PARTS) return
      call = { id: undefined, type: 'function', name: '', arguments: '' }
      choice.toolCalls.set(index, call)
    }
    if (typeof given.id === 'string' && given.id !== '') call.id = given.id
    if (typeof given.type === 'string') call.type = given.type
    if (typeof given.function?.name === 'string') call.name += this.#keep(given.function.name)
    if (typeof given.function?.arguments === 'string') {
      call.arguments += this.#keep(given.function.arguments)
    }
  }

  /** Counts `text` and returns it, or nothing of it once the limit is reached. */
  #keep(text: string): string {
    if (text === '') return text
    countCharacters(text, this.characters)
    this.#keptBytes += Buffer.byteLength(text)
    if (this.#keptBytes <= this.#maxBytes) return text
    this.truncated = true
    return ''
  }

  /** Returns the answer as one JSON object; undefined when no chunk has come. */
  toJson(): string | undefined {
    if (this.#head === undefined) return undefined
    const choices = [...this.#choices].sort(([one], [other]) => one - other)
    return JSON.stringify({
      id: this.#head.id,
      object: 'chat.completion',
      created: this.#head.created,
      model: this.model,
      system_fingerprint: this.#head.system_fingerprint ?? undefined,
      choices: choices.map(([index, choice]) => wholeChoice(index, choice)),
      usage: this.usage,
      error: this.error,
    })
  }
}

function wholeChoice(index: number, choice: Choice): object {
  const calls = [...choice.toolCalls].sort(([one], [other]) => one - other)
  return {
    index,
    message: {
      role: choice.role,
      content: choice.content ?? null,
      refusal: choice.refusal,
      reasoning_content: choice.reasoning,
      ...(calls.length > 0 && {
        tool_calls: calls.map(([, call]) => ({
          id: call.id,
          type: call.type,
          function: { name: call.name, arguments: call.arguments },
        })),
      }),
    },
    finish_reason: choice.finishReason ?? null,
  }
}

function parseObject(data: string): Chunk | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as Chunk) : undefined
  } catch {
    return undefined
  }
}
