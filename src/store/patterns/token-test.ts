import { fold } from '../fold.ts'
import { FOLDED } from '../tokens.ts'
import { isRunCharacter } from '../word-breaks.ts'
import { Characters } from './characters.ts'
import type { CompiledPattern } from './word-pattern.ts'
import type { WordTest } from './word-test.ts'

/** What a pattern says of the rows that have a token. */
export type TokenFit = 'no' | 'yes' | 'perhaps'

const FOLDED_BYTE = FOLDED.charCodeAt(0)
const ASCII = 0x80

/** Tells which tokens of the word index a pattern fits. */
export class TokenTest {
  readonly #pattern: CompiledPattern
  /** Whether the field has words without their accents, and runs by pairs of characters. */
  readonly #isDefault: boolean
  /** Whether a run can have a word that fits; found otherwise when a certain text is needed. */
  readonly #withRuns: boolean
  readonly #characters = new Characters()

  constructor(pattern: CompiledPattern, isDefault: boolean, withRuns: boolean) {
    this.#pattern = pattern
    this.#isDefault = isDefault
    this.#withRuns = withRuns
  }

  /** Says of the token at `bytes[start..end)`, without its mark. */
  fit(bytes: Uint8Array, start: number, end: number): TokenFit {
    if (start === end) return 'no'
    const { written } = this.#pattern
    if (!this.#isDefault) return this.#fits(written, bytes, start, end) ? 'yes' : 'no'
    if (bytes[start] === FOLDED_BYTE) {
      return written.foldsToo && this.#fits(written, bytes, start + 1, end) ? 'yes' : 'no'
    }
    const token = this.#characters.ofToken(bytes, start, end)
    if (written.partsAreWords && isRunCharacter(token.values[0]!)) return this.#runFit(token)
    return written.fits(token) || this.#fitsUnaccented(token) ? 'yes' : 'no'
  }

  /** How far the token at `bytes[start..end)`, one that fits, is from the pattern. */
  distance(bytes: Uint8Array, start: number, end: number): number {
    const isFolded = this.#isDefault && bytes[start] === FOLDED_BYTE
    const token = this.#characters.ofToken(bytes, isFolded ? start + 1 : start, end)
    return this.#pattern.written.distance?.(token) ?? 0
  }

  #fits(test: WordTest, bytes: Uint8Array, start: number, end: number): boolean {
    return test.fits(this.#characters.ofToken(bytes, start, end))
  }

  #fitsUnaccented(token: Characters): boolean {
    const { unaccented } = this.#pattern
    return unaccented !== undefined && isUnaccented(token) && unaccented.fits(token)
  }

  /** A pair stands for all that begins with it; the last character of a run stands alone. */
  #runFit(token: Characters): TokenFit {
    if (!this.#withRuns) return 'no'
    const { written } = this.#pattern
    const { length } = token
    if (written.fits(token)) return 'yes'
    if (length === 1) return 'no'
    token.length = 1
    const fitsFirst = written.fits(token)
    token.length = length
    if (fitsFirst) return 'yes'
    return written.mayFitWith(token) ? 'perhaps' : 'no'
  }
}

function isUnaccented(token: Characters): boolean {
  for (let place = 0; place < token.length; place++) {
    if (token.values[place]! >= ASCII) {
      const text = token.text()
      return fold(text) === text
    }
  }
  return true
}
