import type { TokenUsage } from '../../../accounts/index.ts'
import { isJsonObject, type JsonObject } from '../../json-object.ts'
import { readChatUsage } from '../../usage/chat-usage.ts'
import type { AnswerEvent } from '../answer-event.ts'
import { readFinishReason } from './stop-reason.ts'
import { ToolCallDecoder } from './tool-call-decoder.ts'

/**
 * Reads an answer, whole or chunk by chunk: a whole one is a chunk whose choice has a `message`
 * in place of a `delta`. Only the first choice is read, as never more than one is asked for.
 */
export class AnswerDecoder {
  readonly #toolCalls = new ToolCallDecoder()
  #usage: TokenUsage | undefined
  #started: boolean = false
  #stopped: boolean = false

  /** Takes a parsed answer or chunk. Never throws. */
  add(chunk: JsonObject): readonly AnswerEvent[] {
    this.#usage = readChatUsage(chunk.usage) ?? this.#usage
    const choices: readonly unknown[] = Array.isArray(chunk.choices) ? chunk.choices : []
    const choice = choices.find((one) => isJsonObject(one) && (one.index ?? 0) === 0)
    if (!isJsonObject(choice)) return []
    const events: AnswerEvent[] = []
    if (!this.#started) events.push(this.#start(chunk))
    const said = choice.delta ?? choice.message
    if (isJsonObject(said)) events.push(...this.#readSaid(said))
    if (typeof choice.finish_reason === 'string' && !this.#stopped) {
      this.#stopped = true
      const reason = readFinishReason(choice.finish_reason, this.#toolCalls.hasCalls)
      events.push({ kind: 'stop', reason })
    }
    return events
  }

  /** What is left to say. Usage may come in any chunk and grow, so it waits until now. */
  end(): readonly AnswerEvent[] {
    const events: AnswerEvent[] = []
    if (this.#started && !this.#stopped) {
      events.push({ kind: 'stop', reason: this.#toolCalls.hasCalls ? 'tool_calls' : 'stop' })
    }
    if (this.#usage !== undefined) events.push({ kind: 'usage', usage: this.#usage })
    this.#stopped = true
    this.#usage = undefined
    return events
  }

  #start({ id, model }: JsonObject): AnswerEvent {
    this.#started = true
    if (typeof id === 'string') this.#toolCalls.nameAnswer(id)
    return {
      kind: 'start',
      ...(typeof id === 'string' && id !== '' && { id }),
      ...(typeof model === 'string' && model !== '' && { model }),
    }
  }

  #readSaid(said: JsonObject): readonly AnswerEvent[] {
    const calls: readonly unknown[] = Array.isArray(said.tool_calls) ? said.tool_calls : []
    return [
      ...spoken('thinking', said.reasoning_content ?? said.reasoning),
      ...readContent(said.content),
      ...spoken('refusal', said.refusal),
      ...calls.flatMap((call) => this.#toolCalls.add(call)),
      ...this.#toolCalls.add({ index: 0, function: said.function_call }),
    ]
  }
}

function spoken(kind: 'text' | 'thinking' | 'refusal', text: unknown): readonly AnswerEvent[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : []
}

/** The content is a text; Mistral's thinking models give a list of parts. */
function readContent(content: unknown): readonly AnswerEvent[] {
  if (!Array.isArray(content)) return spoken('text', content)
  return (content as readonly unknown[]).filter(isJsonObject).flatMap((part) => {
    if (part.type === 'text') return spoken('text', part.text)
    const thoughts: readonly unknown[] = Array.isArray(part.thinking) ? part.thinking : []
    return thoughts.filter(isJsonObject).flatMap(({ text }) => spoken('thinking', text))
  })
}
