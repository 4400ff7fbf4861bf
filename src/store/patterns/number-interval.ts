import { character, EMPTY_TEXT, either, type PatternTree, sequence } from './pattern-tree.ts'

const ZERO = 0x30
const NINE = 0x39

/**
 * Decimal numbers between both, in either order. Bounds of equal length fix the number of digits;
 * otherwise any number of zeros may lead.
 */
export function intervalTree(one: string, other: string): PatternTree {
  const [first, last] = Number(one) <= Number(other) ? [one, other] : [other, one]
  if (first.length === last.length) return between(first, last)
  const low = String(Number(first))
  const high = String(Number(last))
  const lengths: PatternTree[] = []
  for (let length = low.length; length <= high.length; length++) {
    const from = length === low.length ? low : `1${'0'.repeat(length - 1)}`
    const to = length === high.length ? high : '9'.repeat(length)
    lengths.push(between(from, to))
  }
  const zeros: PatternTree = { kind: 'repeat', part: digit(ZERO, ZERO), min: 0, max: Infinity }
  return sequence([zeros, either(lengths)])
}

/** Numbers of so many digits, from `first` to `last`. */
function between(first: string, last: string): PatternTree {
  if (first === '') return EMPTY_TEXT
  const [low, high] = [first.charCodeAt(0), last.charCodeAt(0)]
  const rest = first.length - 1
  if (low === high) return sequence([digit(low, low), between(first.slice(1), last.slice(1))])
  const choices = [
    sequence([digit(low, low), between(first.slice(1), '9'.repeat(rest))]),
    sequence([digit(high, high), between('0'.repeat(rest), last.slice(1))]),
  ]
  if (high - low > 1) {
    const any: PatternTree = { kind: 'repeat', part: digit(ZERO, NINE), min: rest, max: rest }
    choices.push(sequence([digit(low + 1, high - 1), any]))
  }
  return either(choices)
}

function digit(first: number, last: number): PatternTree {
  return first === last ? character(first, false) : { kind: 'character', ranges: [[first, last]] }
}
