import type { Choice } from './choices.ts'
import { arrayOf, type JsonObject, objectOf, textOf, writeJson } from './json-object.ts'
import type { KeptText } from './kept-text.ts'

interface TextPart {
  text: string
  readonly thought?: true
}

/** What stands beside the content; each chunk's replaces the one before. */
const BESIDE_CONTENT = [
  'finishMessage',
  'safetyRatings',
  'citationMetadata',
  'groundingMetadata',
  'urlContextMetadata',
] as const

/** One candidate of a streamed Gemini answer, put together from its chunks. */
export class GenerateCandidate implements Choice {
  readonly #kept: KeptText
  readonly #parts: unknown[] = []
  readonly #beside: { [name in (typeof BESIDE_CONTENT)[number]]?: unknown } = {}
  /** The last part, as long as text can be added to it. */
  #open: TextPart | undefined
  #role = 'model'
  finishReason: string | undefined

  constructor(kept: KeptText) {
    this.#kept = kept
  }

  add(candidate: JsonObject): boolean {
    for (const name of BESIDE_CONTENT) {
      if (candidate[name] !== undefined) this.#beside[name] = candidate[name]
    }
    const content = objectOf(candidate.content)
    if (content === undefined) return false
    this.#role = textOf(content.role) ?? this.#role
    let said = false
    for (const value of arrayOf(content.parts)) {
      const part = objectOf(value)
      if (part === undefined) continue
      if (typeof part.text !== 'string') {
        this.#addOther(part)
        said = true
      } else if (this.#addText(part, part.text)) {
        said = true
      }
    }
    return said
  }

  #addText(part: JsonObject, given: string): boolean {
    const signature = textOf(part.thoughtSignature)
    if (given === '' && signature === undefined) return false
    const text = this.#kept.keep(given)
    const thought = part.thought === true || undefined
    if (signature !== undefined) {
      // a signature belongs to exactly the part it came with
      this.#open = undefined
      if (this.#kept.reserve(signature.length)) this.#parts.push({ ...part, text })
    } else if (this.#open !== undefined && this.#open.thought === thought) {
      this.#open.text += text
    } else if (text !== '') {
      this.#open = { text, ...(thought && { thought }) }
      this.#parts.push(this.#open)
    }
    return true
  }

  /** Calls, code, pictures: one that has no room is left out rather than cut. */
  #addOther(part: JsonObject): void {
    const args = objectOf(objectOf(part.functionCall)?.args)
    const made = (args && writeJson(args)) ?? textOf(objectOf(part.executableCode)?.code)
    const bytes = made === undefined ? (writeJson(part)?.length ?? 0) : 0
    if (made !== undefined) this.#kept.keep(made)
    if (!this.#kept.reserve(bytes)) return
    this.#open = undefined
    this.#parts.push(part)
  }

  /** The candidate as it stands in an answer that is not streamed. */
  whole(index: number): object {
    return {
      content: { parts: this.#parts, role: this.#role },
      finishReason: this.finishReason,
      index,
      ...this.#beside,
    }
  }
}
