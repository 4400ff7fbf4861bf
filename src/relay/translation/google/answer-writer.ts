import type { TokenUsage } from '../../../accounts/index.ts'
import type { JsonObject } from '../../json-object.ts'
import type { AnswerEvent, StopReason } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import { writeFinishReason } from './finish-reason.ts'
import { parseObject } from './json-values.ts'
import { writeUsageMetadata } from './usage-metadata.ts'
import type { WirePart } from './wire-part.ts'

/** Writes a whole answer as `@google/genai` reads it. */
export function writeGenerateAnswer(
  events: readonly AnswerEvent[],
  context: AnswerContext,
): JsonObject {
  const writer = new AnswerWriter(context)
  const parts = events.flatMap((event) => writer.take(event))
  return writer.finish(joinTexts([...parts, ...writer.openCalls()]))
}

/** Writes an answer as server-sent events, as Google does with `alt=sse`. */
export function writeGenerateStream(context: AnswerContext): StreamWriter {
  const writer = new AnswerWriter(context)
  let written = 0
  const frame = (chunk: JsonObject) => {
    written++
    return `data: ${JSON.stringify(chunk)}\n\n`
  }
  return {
    write(event) {
      const parts = writer.take(event)
      return parts.length === 0 ? '' : frame(writer.chunk(parts))
    },
    end() {
      if (!writer.hasEnded) return ''
      const calls = writer.openCalls()
      // the official SDK keeps no history of an answer with a chunk that has no part
      const parts = calls.length === 0 && written > 0 ? [{ text: '' }] : calls
      return frame(writer.finish(parts))
    },
  }
}

interface OpenCall {
  readonly id: string
  readonly name: string
  readonly signature: string | undefined
  json: string
}

/** Turns the events of one answer into parts; tool calls are held until they are complete. */
class AnswerWriter {
  readonly #context: AnswerContext
  readonly #open = new Map<number, OpenCall>()
  #id: string | undefined
  #reason: StopReason | undefined
  #usage: TokenUsage | undefined
  #malformed: string | undefined

  constructor(context: AnswerContext) {
    this.#context = context
  }

  /** Whether there is something to be said in a last chunk. */
  get hasEnded(): boolean {
    return this.#reason !== undefined || this.#usage !== undefined
  }

  /** Returns the parts that can be sent now. */
  take(event: AnswerEvent): readonly WirePart[] {
    switch (event.kind) {
      case 'start':
        this.#id ??= event.id
        return []
      case 'text':
      case 'refusal':
        return event.text === '' ? [] : [...this.openCalls(), { text: event.text }]
      case 'thinking':
        return event.text === '' ? [] : [...this.openCalls(), { text: event.text, thought: true }]
      case 'thinking_signature':
        return [...this.openCalls(), { text: '', thought: true, thoughtSignature: event.signature }]
      case 'redacted_thinking':
        return [] // nothing that Gemini's callers could read or give back
      case 'tool_start':
      case 'tool_arguments':
        this.#takeCall(event)
        return []
      case 'stop':
        this.#reason = event.reason
        return []
      case 'usage':
        this.#usage = event.usage
        return []
      default:
        return event satisfies never
    }
  }

  #takeCall(event: Extract<AnswerEvent, { kind: 'tool_start' | 'tool_arguments' }>): void {
    if (event.kind === 'tool_start') {
      const { id, name, signature } = event
      this.#open.set(event.index, { id, name, signature, json: '' })
      return
    }
    const call = this.#open.get(event.index)
    if (call !== undefined) call.json += event.json
  }

  /** Returns the calls that were held; one whose arguments are no JSON object is left out. */
  openCalls(): readonly WirePart[] {
    const parts: WirePart[] = []
    for (const { id, name, signature, json } of this.#open.values()) {
      const args = json.trim() === '' ? {} : parseObject(json)
      if (args === undefined) this.#malformed ??= name
      else {
        const signed = signature === undefined ? {} : { thoughtSignature: signature }
        parts.push({ functionCall: { id, name, args }, ...signed })
      }
    }
    this.#open.clear()
    return parts
  }

  chunk(parts: readonly WirePart[]): JsonObject {
    return this.#response(parts, {}, {})
  }

  /** The last chunk, or the whole answer. */
  finish(parts: readonly WirePart[]): JsonObject {
    const reason = this.#reason
    const malformed = this.#malformed
    const ending = {
      ...(reason !== undefined && {
        finishReason: writeFinishReason(reason, malformed !== undefined),
      }),
      ...(malformed !== undefined && {
        finishMessage: `the arguments for "${malformed}" are no JSON object`,
      }),
    }
    const usage = this.#usage
    const usageMetadata = usage === undefined ? {} : { usageMetadata: writeUsageMetadata(usage) }
    return this.#response(parts, ending, usageMetadata)
  }

  #response(parts: readonly WirePart[], ending: JsonObject, usage: JsonObject): JsonObject {
    return {
      candidates: [{ content: { role: 'model', parts }, ...ending, index: 0 }],
      ...usage,
      modelVersion: this.#context.model,
      responseId: this.#id ?? this.#context.requestId,
    }
  }
}

/** Pieces of a stream are one part of a whole answer, a signature stands on its thought. */
function joinTexts(parts: readonly WirePart[]): readonly WirePart[] {
  const joined: WirePart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    const joins =
      part.text !== undefined &&
      last?.text !== undefined &&
      last.thought === part.thought &&
      last.thoughtSignature === undefined
    if (joins) joined[joined.length - 1] = { ...last, ...part, text: last.text + part.text }
    else joined.push(part)
  }
  return joined
}
