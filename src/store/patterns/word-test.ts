import type { Characters } from './characters.ts'

/** What a pattern says of words. */
export interface WordTest {
  /**
   * Whether a run of characters without blanks has a word for every part of it; otherwise only for
   * its pairs of characters, as the word index has them.
   */
  readonly partsAreWords: boolean
  /** Whether a word fits also when it does without its accents. */
  readonly foldsToo: boolean
  /** Whether every word fits. */
  readonly fitsAll: boolean
  /** Every word that fits begins so. */
  readonly beginning: string
  /** Texts that every word that fits has. */
  readonly inside: readonly string[]
  /** Set when every text that has this one has a part that fits, and no other has. */
  readonly substring: string | undefined
  /** Whether the word fits, as a whole. */
  fits(word: Characters): boolean
  /**
   * Whether any part of a run of characters without blanks fits. `check` is called now and then;
   * it ends the work by throwing.
   */
  fitsPart(run: Characters, check: () => void): boolean
  /**
   * Whether a run with this pair of characters may have a longer part that fits. Of each part that
   * fits it says so of one pair at least.
   */
  mayFitWith(pair: Characters): boolean
  /** How far a word that fits is from the pattern; patterns that know no nearness have none. */
  distance?(word: Characters): number
}
