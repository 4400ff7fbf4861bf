import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import { chatUsageObject } from './chat-usage-object.ts'
import { ReasoningDetails } from './reasoning-details.ts'
import { writeFinishReason } from './stop-reason.ts'
import { extraContent } from './thought-signature.ts'
import { completionId } from './write-answer.ts'

/** Writes a chat completion as chunks, a role first and `[DONE]` last. */
export class ChatStreamWriter implements StreamWriter {
  readonly #details = new ReasoningDetails()
  readonly #context: AnswerContext
  #begun: boolean = false

  constructor(context: AnswerContext) {
    this.#context = context
  }

  write(event: AnswerEvent): string {
    this.#details.add(event)
    if (event.kind === 'usage') return this.#usage(event)
    const begin = this.#begin()
    if (event.kind !== 'stop') {
      const delta = deltaFor(event)
      return delta === undefined ? begin : begin + this.#chunk(delta, null)
    }
    // all proofs at once: clients that add lists up and clients that replace them see the same
    return begin + this.#chunk(this.#details.toField(), writeFinishReason(event.reason))
  }

  end(): string {
    return 'data: [DONE]\n\n'
  }

  #begin(): string {
    if (this.#begun) return ''
    this.#begun = true
    return this.#chunk({ role: 'assistant', content: '', refusal: null }, null)
  }

  #usage({ usage }: AnswerEvent & { readonly kind: 'usage' }): string {
    if (!this.#context.wantsUsage) return ''
    return sse({ ...this.#head(), choices: [], usage: chatUsageObject(usage) })
  }

  #chunk(delta: object, finishReason: string | null): string {
    return sse({
      ...this.#head(),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(this.#context.wantsUsage && { usage: null }),
    })
  }

  #head(): object {
    return {
      id: completionId(this.#context),
      object: 'chat.completion.chunk',
      created: this.#context.createdSeconds,
      model: this.#context.model,
    }
  }
}

function sse(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** The delta that says what an event says; undefined where there is nothing to say. */
function deltaFor(
  event: Exclude<AnswerEvent, { readonly kind: 'stop' | 'usage' }>,
): object | undefined {
  switch (event.kind) {
    case 'text':
      return event.text === '' ? undefined : { content: event.text }
    case 'thinking':
      return event.text === '' ? undefined : { reasoning_content: event.text }
    case 'refusal':
      return event.text === '' ? undefined : { refusal: event.text }
    case 'tool_start': {
      const { index, id, name } = event
      const called = { name, arguments: '' }
      const call = {
        index,
        id,
        type: 'function',
        function: called,
        ...extraContent(event.signature),
      }
      return { tool_calls: [call] }
    }
    case 'tool_arguments':
      return { tool_calls: [{ index: event.index, function: { arguments: event.json } }] }
    case 'start':
    case 'thinking_signature':
    case 'redacted_thinking':
      return undefined
    default:
      return event satisfies never
  }
}
