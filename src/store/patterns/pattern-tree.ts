/** Code points from the first to the second. */
export type CharacterRange = readonly [number, number]

/** What texts a pattern fits, as a whole. */
export type PatternTree =
  /** One character of any of the ranges. */
  | { readonly kind: 'character'; readonly ranges: readonly CharacterRange[] }
  /** Any text, the empty one too. */
  | { readonly kind: 'anything' }
  /** No text at all. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sequence' | 'either' | 'both'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'not'; readonly part: PatternTree }
  | {
      readonly kind: 'repeat'
      readonly part: PatternTree
      readonly min: number
      /** Infinity for no bound. */
      readonly max: number
    }

const LAST_CHARACTER = 0x10ffff

export const ANY_CHARACTER: PatternTree = { kind: 'character', ranges: [[0, LAST_CHARACTER]] }
export const ANYTHING: PatternTree = { kind: 'anything' }
export const EMPTY_TEXT: PatternTree = { kind: 'sequence', parts: [] }

/** The very text; with `ignoreCase` its ASCII letters in any case. */
export function literal(text: string, ignoreCase: boolean): PatternTree {
  return sequence(Array.from(text, (one) => character(one.codePointAt(0)!, ignoreCase)))
}

export function character(codePoint: number, ignoreCase: boolean): PatternTree {
  const other = ignoreCase ? otherCase(codePoint) : codePoint
  const ranges: readonly CharacterRange[] = [
    [Math.min(codePoint, other), Math.min(codePoint, other)],
    [Math.max(codePoint, other), Math.max(codePoint, other)],
  ]
  return { kind: 'character', ranges: other === codePoint ? [[codePoint, codePoint]] : ranges }
}

export function sequence(parts: readonly PatternTree[]): PatternTree {
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
}

export function either(parts: readonly PatternTree[]): PatternTree {
  return parts.length === 1 ? parts[0]! : { kind: 'either', parts }
}

/** The characters that are in none of the ranges. */
export function otherRanges(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const others: CharacterRange[] = []
  let next = 0
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) others.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= LAST_CHARACTER) others.push([next, LAST_CHARACTER])
  return others
}

function otherCase(codePoint: number): number {
  const isUpper = codePoint >= 0x41 && codePoint <= 0x5a
  const isLower = codePoint >= 0x61 && codePoint <= 0x7a
  return isUpper ? codePoint + 32 : isLower ? codePoint - 32 : codePoint
}

/** How many characters the pattern has when its repetitions are written out. */
export function widthOf(tree: PatternTree): number {
  switch (tree.kind) {
    case 'character':
      return 1
    case 'anything':
    case 'nothing':
      return 0
    case 'sequence':
    case 'either':
    case 'both':
      return tree.parts.reduce((sum, part) => sum + widthOf(part), 0)
    case 'not':
      return widthOf(tree.part)
    case 'repeat': {
      const times = tree.max === Number.POSITIVE_INFINITY ? Math.max(1, tree.min) : tree.max
      return Math.max(1, widthOf(tree.part)) * times
    }
    default:
      return tree satisfies never
  }
}

/** Texts that stand in everything the pattern fits; the first at its very beginning, or empty. */
export interface Literals {
  readonly beginning: string
  readonly inside: readonly string[]
}

/** Finds texts that everything the pattern fits must have; not all of them. */
export function literalsOf(tree: PatternTree): Literals {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree]
  const texts: string[] = []
  let beginning: string | undefined
  let text = ''
  const close = () => {
    beginning ??= text
    if (text !== '') texts.push(text)
    text = ''
  }
  for (const part of parts) {
    const only = onlyCharacter(part)
    if (only === undefined) {
      close()
      if (part.kind === 'sequence') texts.push(...literalsOf(part).inside)
      if (part.kind === 'repeat' && part.min > 0) texts.push(...literalsOf(part.part).inside)
    } else text += only
  }
  close()
  return { beginning: beginning ?? '', inside: texts }
}

/** The character that the pattern stands for; undefined when it is not one alone. */
export function onlyCharacter(tree: PatternTree): string | undefined {
  if (tree.kind !== 'character') return undefined
  const [range, second] = tree.ranges
  return range !== undefined && second === undefined && range[0] === range[1]
    ? String.fromCodePoint(range[0])
    : undefined
}
