import { createHash } from 'node:crypto'
import type { TokenUsage } from '../../../accounts/index.ts'
import { isJsonObject, type JsonObject } from '../../json-object.ts'
import { readGenerateUsage } from '../../usage/generate-usage.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { StreamDecoder } from '../codec.ts'
import { readFinishReason } from './finish-reason.ts'
import { toJson } from './json-values.ts'

/** Reads a whole `GenerateContentResponse`. */
export function readGenerateAnswer(answer: JsonObject): readonly AnswerEvent[] {
  const reader = new AnswerReader()
  return [...reader.take(answer), ...reader.end()]
}

/** Reads a stream of `GenerateContentResponse` objects. */
export function readGenerateStream(): StreamDecoder {
  const reader = new AnswerReader()
  return {
    read(data) {
      const chunk = parseChunk(data)
      return isJsonObject(chunk) ? reader.take(chunk) : []
    },
    end: () => reader.end(),
  }
}

function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

/**
 * Reads the first candidate of one answer, whole or in chunks. Media in the answer have no event
 * and are passed over.
 */
class AnswerReader {
  #started: boolean = false
  #responseId = ''
  #toolCalls = 0
  #finishReason: string | undefined
  #isBlocked: boolean = false
  #usage: TokenUsage | undefined

  take(chunk: JsonObject): AnswerEvent[] {
    const events: AnswerEvent[] = []
    this.#start(chunk, events)
    const candidates: readonly unknown[] = Array.isArray(chunk.candidates) ? chunk.candidates : []
    const [candidate] = candidates
    if (isJsonObject(candidate)) this.#takeCandidate(candidate, events)
    else if (isJsonObject(chunk.promptFeedback)) {
      this.#isBlocked ||= typeof chunk.promptFeedback.blockReason === 'string'
    }
    this.#usage = readGenerateUsage(chunk.usageMetadata) ?? this.#usage
    return events
  }

  /** The reason may stand in every chunk, and usage behind it: both wait for the end. */
  end(): AnswerEvent[] {
    const events: AnswerEvent[] = []
    if (this.#finishReason !== undefined) {
      const reason = readFinishReason(this.#finishReason, this.#toolCalls > 0)
      events.push({ kind: 'stop', reason })
    } else if (this.#isBlocked) events.push({ kind: 'stop', reason: 'content_filter' })
    if (this.#usage !== undefined) events.push({ kind: 'usage', usage: this.#usage })
    return events
  }

  #start(chunk: JsonObject, events: AnswerEvent[]): void {
    const { responseId, modelVersion } = chunk
    const isAnswer = Array.isArray(chunk.candidates) || isJsonObject(chunk.promptFeedback)
    if (this.#started || !isAnswer) return
    this.#started = true
    if (typeof responseId === 'string') this.#responseId = responseId
    events.push({
      kind: 'start',
      ...(typeof responseId === 'string' && responseId !== '' && { id: responseId }),
      ...(typeof modelVersion === 'string' && modelVersion !== '' && { model: modelVersion }),
    })
  }

  #takeCandidate(candidate: JsonObject, events: AnswerEvent[]): void {
    const parts = isJsonObject(candidate.content) ? candidate.content.parts : undefined
    if (Array.isArray(parts)) {
      for (const part of parts as unknown[]) if (isJsonObject(part)) this.#takePart(part, events)
    }
    const { finishReason } = candidate
    if (typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED') {
      this.#finishReason = finishReason
    }
  }

  #takePart(part: JsonObject, events: AnswerEvent[]): void {
    const { text, thoughtSignature, functionCall } = part
    const signature =
      typeof thoughtSignature === 'string' && thoughtSignature !== '' ? thoughtSignature : undefined
    if (isJsonObject(functionCall)) {
      this.#takeCall(functionCall, signature, events)
      return
    }
    const said = typeof text === 'string' ? text : ''
    if (part.thought === true && said !== '') events.push({ kind: 'thinking', text: said })
    if (signature !== undefined) events.push({ kind: 'thinking_signature', signature })
    if (part.thought !== true && said !== '') events.push({ kind: 'text', text: said })
  }

  #takeCall(call: JsonObject, signature: string | undefined, events: AnswerEvent[]): void {
    const { name, id } = call
    if (typeof name !== 'string' || name === '') return
    const json = isJsonObject(call.args) ? toJson(call.args) : '{}'
    if (json === undefined) return // no tool takes hundreds of levels, and no writer does
    const index = this.#toolCalls++
    events.push({
      kind: 'tool_start',
      index,
      id: typeof id === 'string' && id !== '' ? id : this.#idFor(index, name, json),
      name,
      ...(signature !== undefined && { signature }),
    })
    events.push({ kind: 'tool_arguments', index, json })
  }

  /** Others want ids that no two calls of a conversation share; reading twice gives the same. */
  #idFor(index: number, name: string, json: string): string {
    const hash = createHash('sha256')
    hash.update(`${this.#responseId}\n${index}\n${name}\n${json}`)
    return `call_${hash.digest('hex').slice(0, 24)}`
  }
}
