import type { AnswerFormat } from './answer-format.ts'
import { readChoices } from './chat-format.ts'
import { type ChunkChoice, ChunkStream } from './chunk-stream.ts'
import { type JsonObject, textOf } from './json-object.ts'
import type { KeptText } from './kept-text.ts'

/** Answers of OpenAI's legacy completions. */
export const completionsFormat: AnswerFormat = {
  readStream: (keptBytes) =>
    new ChunkStream('text_completion', keptBytes, (kept) => new TextChoice(kept)),
  readWhole: readChoices,
}

class TextChoice implements ChunkChoice {
  readonly #kept: KeptText
  #text = ''
  finishReason: string | undefined

  constructor(kept: KeptText) {
    this.#kept = kept
  }

  add(part: JsonObject): boolean {
    const text = textOf(part.text)
    if (text === undefined) return false
    this.#text += this.#kept.keep(text)
    return true
  }

  whole(index: number): object {
    return { text: this.#text, index, logprobs: null, finish_reason: this.finishReason ?? null }
  }
}
