import { isRunCharacter } from '../word-breaks.ts'
import type { Characters } from './characters.ts'
import { editDistance } from './edit-distance.ts'
import type { WordTest } from './word-test.ts'

export interface FuzzyPattern {
  readonly value: string
  readonly distance: number
  readonly prefixLength: number
  readonly transpositions: boolean
}

/** Tests words by their edit distance from one, behind a beginning that has to be equal. */
export function fuzzyTest(pattern: FuzzyPattern): WordTest {
  const { distance, transpositions } = pattern
  const all = Array.from(pattern.value, (one) => one.codePointAt(0)!)
  const fixed = all.slice(0, pattern.prefixLength)
  const word = { characters: all.slice(fixed.length), distance, transpositions }
  const beginsSo = ({ values, length }: Characters, from: number) =>
    length - from >= fixed.length && fixed.every((one, place) => values[from + place] === one)
  const edits = (text: Characters, from: number, endsAnywhere: boolean) =>
    beginsSo(text, from)
      ? editDistance(word, text, { from: from + fixed.length, endsAnywhere })
      : distance + 1
  const beginning = String.fromCodePoint(...fixed)
  return {
    // otherwise every run would have a part that is near enough
    partsAreWords: all.length > distance && all.every(isRunCharacter),
    foldsToo: true,
    fitsAll: false,
    beginning,
    inside: fixed.length === 0 ? [] : [beginning],
    substring: undefined,
    fits: (text) => edits(text, 0, false) <= distance,
    fitsPart(run, check) {
      for (let from = 0; from < run.length; from++) {
        check()
        if (edits(run, from, true) <= distance) return true
      }
      return false
    },
    // more characters than may differ: one of them stands in the run
    mayFitWith: ({ values }) => all.includes(values[0]!),
    // in proportion to the length, as Lucene picks the closest words
    distance: (text) => edits(text, 0, false) / Math.min(text.length, all.length),
  }
}
