import type { TokenUsage } from '../../../accounts/index.ts'
import type { AnswerEvent, StopReason } from '../answer-event.ts'
import type { AnswerContext, CallerCodec } from '../codec.ts'
import { chatUsageObject } from './chat-usage-object.ts'
import { ReasoningDetails } from './reasoning-details.ts'
import { writeFinishReason } from './stop-reason.ts'
import { extraContent } from './thought-signature.ts'

/** The id of an answer, whole or streamed. */
export function completionId({ requestId }: AnswerContext): string {
  return `chatcmpl-${requestId}`
}

/** Writes a whole chat completion. */
export const writeAnswer: CallerCodec['writeAnswer'] = (events, context) => {
  const answer = new CollectedAnswer()
  for (const event of events) answer.add(event)
  return {
    id: completionId(context),
    object: 'chat.completion',
    created: context.createdSeconds,
    model: context.model,
    choices: [
      {
        index: 0,
        message: answer.toMessage(),
        logprobs: null,
        finish_reason:
          answer.stopReason === undefined ? null : writeFinishReason(answer.stopReason),
      },
    ],
    ...(answer.usage && { usage: chatUsageObject(answer.usage) }),
  }
}

type ToolStart = AnswerEvent & { readonly kind: 'tool_start' }

class CollectedAnswer {
  readonly #details = new ReasoningDetails()
  readonly #toolCalls = new Map<number, { readonly start: ToolStart; json: string }>()
  #text = ''
  #thinking = ''
  #refusal = ''
  /** Undefined when the answer broke off. */
  stopReason: StopReason | undefined
  usage: TokenUsage | undefined

  add(event: AnswerEvent): void {
    this.#details.add(event)
    switch (event.kind) {
      case 'text':
        this.#text += event.text
        break
      case 'thinking':
        this.#thinking += event.text
        break
      case 'refusal':
        this.#refusal += event.text
        break
      case 'tool_start':
        this.#toolCalls.set(event.index, { start: event, json: '' })
        break
      case 'tool_arguments': {
        const call = this.#toolCalls.get(event.index)
        if (call !== undefined) call.json += event.json
        break
      }
      case 'stop':
        this.stopReason = event.reason
        break
      case 'usage':
        this.usage = event.usage
        break
      case 'start':
      case 'thinking_signature':
      case 'redacted_thinking':
        break
      default:
        event satisfies never
    }
  }

  toMessage(): object {
    const isSilent = this.#text === '' && (this.#toolCalls.size > 0 || this.#refusal !== '')
    return {
      role: 'assistant',
      content: isSilent ? null : this.#text,
      refusal: this.#refusal === '' ? null : this.#refusal,
      ...(this.#thinking !== '' && { reasoning_content: this.#thinking }),
      ...this.#details.toField(),
      ...(this.#toolCalls.size > 0 && {
        tool_calls: [...this.#toolCalls.values()].map(({ start, json }) => ({
          id: start.id,
          type: 'function',
          function: { name: start.name, arguments: json },
          ...extraContent(start.signature),
        })),
      }),
    }
  }
}
