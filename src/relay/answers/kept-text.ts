import { type CharacterCount, countCharacters } from '../token-estimate.ts'

/** Counts what a stream brings and keeps of it what its limit has room for. */
export class KeptText {
  readonly characters: CharacterCount = { narrow: 0, wide: 0 }
  /** Whether something was left out because of the limit. */
  truncated: boolean = false
  #freeBytes: number

  constructor(maxBytes: number) {
    this.#freeBytes = maxBytes
  }

  /** Counts `text` as said by the model and returns it, or nothing of it once the limit is reached. */
  keep(text: string): string {
    const bytes = Buffer.byteLength(text)
    if (bytes === text.length) this.characters.narrow += bytes
    else countCharacters(text, this.characters)
    return this.reserve(bytes) ? text : ''
  }

  /** Takes room for something of about `bytes` that is no text; false when there is none left. */
  reserve(bytes: number): boolean {
    this.#freeBytes -= bytes
    if (this.#freeBytes >= 0) return true
    if (bytes > 0) this.truncated = true
    return false
  }
}
