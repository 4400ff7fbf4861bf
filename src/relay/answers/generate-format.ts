import type { TokenUsage } from '../../accounts/index.ts'
import { readGenerateUsage } from '../usage/generate-usage.ts'
import type { AnswerFormat, EventMeaning, StreamReader } from './answer-format.ts'
import { Choices } from './choices.ts'
import { GenerateCandidate } from './generate-candidate.ts'
import {
  arrayOf,
  type JsonObject,
  objectOf,
  parseObject,
  textOf,
  writeJson,
} from './json-object.ts'
import { KeptText } from './kept-text.ts'

/** Answers of Gemini's generateContent; a prompt that was blocked ends with why. */
export const generateFormat: AnswerFormat = {
  readStream: (keptBytes) => new GenerateStream(keptBytes),
  readWhole: ({ candidates, promptFeedback, usageMetadata, modelVersion }) => ({
    usage: readGenerateUsage(usageMetadata),
    finishReason:
      textOf(objectOf(arrayOf(candidates)[0])?.finishReason) ?? blockReason(promptFeedback),
    responseModel: textOf(modelVersion),
  }),
}

/** Each event is a whole answer of its own; nothing closes the stream. */
class GenerateStream implements StreamReader {
  readonly #kept: KeptText
  readonly #candidates: Choices<GenerateCandidate>
  #begun: boolean = false
  #feedback: unknown
  #usage: unknown
  #responseId: string | undefined
  responseModel: string | undefined
  error: unknown

  constructor(keptBytes: number) {
    const kept = new KeptText(keptBytes)
    this.#kept = kept
    this.#candidates = new Choices(() => new GenerateCandidate(kept), 'finishReason')
  }

  add(data: string): EventMeaning {
    const chunk = parseObject(data)
    if (chunk === undefined) return 'content'
    this.#note(chunk)
    const failed = chunk.error !== undefined && chunk.error !== null
    if (failed) this.error = chunk.error
    if (this.#candidates.add(arrayOf(chunk.candidates)) || failed) return 'content'
    return blockReason(chunk.promptFeedback) === undefined ? 'preamble' : 'content'
  }

  get usage(): TokenUsage | undefined {
    return readGenerateUsage(this.#usage)
  }

  get finishReason() {
    return this.#candidates.finishReason ?? blockReason(this.#feedback)
  }

  get complete() {
    return this.#candidates.complete || blockReason(this.#feedback) !== undefined
  }

  get characters() {
    return this.#kept.characters
  }

  get truncated() {
    return this.#kept.truncated
  }

  toJson(): string | undefined {
    if (!this.#begun) return undefined
    return writeJson({
      candidates: this.#candidates.sorted().map(([index, candidate]) => candidate.whole(index)),
      promptFeedback: this.#feedback,
      usageMetadata: this.#usage,
      modelVersion: this.responseModel,
      responseId: this.#responseId,
      error: this.error,
    })
  }

  #note(chunk: JsonObject): void {
    this.#begun = true
    this.#feedback = objectOf(chunk.promptFeedback) ?? this.#feedback
    this.#usage = objectOf(chunk.usageMetadata) ?? this.#usage
    this.responseModel ??= textOf(chunk.modelVersion)
    this.#responseId ??= textOf(chunk.responseId)
  }
}

function blockReason(promptFeedback: unknown): string | undefined {
  return textOf(objectOf(promptFeedback)?.blockReason)
}
