import { illegalArgument } from '../search-failure.ts'

/** Operators of `simple_query_string` that are in force. */
export interface SimpleFlags {
  readonly and: boolean
  readonly or: boolean
  readonly not: boolean
  readonly prefix: boolean
  readonly phrase: boolean
  readonly precedence: boolean
  readonly escape: boolean
  readonly whitespace: boolean
  readonly fuzzy: boolean
  readonly near: boolean
}

const BITS = {
  AND: 1,
  NOT: 2,
  OR: 4,
  PREFIX: 8,
  PHRASE: 16,
  PRECEDENCE: 32,
  ESCAPE: 64,
  WHITESPACE: 128,
  FUZZY: 256,
  NEAR: 512,
} as const

const NAMES: ReadonlyMap<string, number> = new Map([
  ...Object.entries(BITS),
  ['SLOP', BITS.NEAR],
  ['NONE', 0],
  ['ALL', -1],
])

/**
 * Reads `flags`: names with `|` between them, or the sum of their bits. All operators without.
 *
 * @throws SearchFailure naming a flag that does not exist
 */
export function simpleFlags(value: number | string | undefined): SimpleFlags {
  const bits = typeof value === 'number' ? value : namedBits(value ?? '')
  const has = (bit: number) => bits < 0 || (bits & bit) !== 0
  return {
    and: has(BITS.AND),
    or: has(BITS.OR),
    not: has(BITS.NOT),
    prefix: has(BITS.PREFIX),
    phrase: has(BITS.PHRASE),
    precedence: has(BITS.PRECEDENCE),
    escape: has(BITS.ESCAPE),
    whitespace: has(BITS.WHITESPACE),
    fuzzy: has(BITS.FUZZY),
    near: has(BITS.NEAR),
  }
}

function namedBits(text: string): number {
  const names = text.split('|').filter((name) => name !== '')
  if (names.length === 0) return -1
  let bits = 0
  for (const name of names) {
    const bit = NAMES.get(name.trim().toUpperCase())
    if (bit === undefined) throw illegalArgument(`Unknown simple_query_string flag [${name}]`)
    if (bit < 0) return bit
    bits |= bit
  }
  return bits
}
