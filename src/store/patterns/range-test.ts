import type { Characters } from './characters.ts'
import type { WordTest } from './word-test.ts'

export interface WordRange {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly includesFrom: boolean
  readonly includesTo: boolean
}

/** Tests words by their order, which is that of code points. */
export function rangeTest({ from, to, includesFrom, includesTo }: WordRange): WordTest {
  const low = from === undefined ? undefined : codePoints(from)
  const high = to === undefined ? undefined : codePoints(to)
  const isAbove = (word: Characters) => {
    const order = low === undefined ? 1 : compare(word, low)
    return order > 0 || (order === 0 && includesFrom)
  }
  const isBelow = (word: Characters) => {
    const order = high === undefined ? -1 : compare(word, high)
    return order < 0 || (order === 0 && includesTo)
  }
  return {
    partsAreWords: false,
    foldsToo: false,
    fitsAll: false,
    beginning: '',
    inside: [],
    substring: undefined,
    fits: (word) => isAbove(word) && isBelow(word),
    fitsPart: () => false,
    mayFitWith: () => false,
  }
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (one) => one.codePointAt(0)!)
}

function compare({ values, length }: Characters, other: readonly number[]): number {
  for (let place = 0; place < length && place < other.length; place++) {
    const order = values[place]! - other[place]!
    if (order !== 0) return order
  }
  return length - other.length
}
