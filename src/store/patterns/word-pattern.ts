import { fold } from '../fold.ts'
import type { WordPattern } from '../reading/filter.ts'
import { automatonTest } from './automaton-test.ts'
import { fuzzyTest } from './fuzzy-test.ts'
import { type PatternTree, widthOf } from './pattern-tree.ts'
import { rangeTest } from './range-test.ts'
import { parseRegexp, RegexpProblem } from './regexp-parser.ts'
import { parsePrefix, parseWildcard } from './wildcard.ts'
import type { WordTest } from './word-test.ts'

/** Characters that a regular expression may have when its repetitions are written out. */
const WIDEST = 10_000

/** A pattern made ready to be compared with words. */
export interface CompiledPattern {
  readonly written: WordTest
  /** For words without accents, when the pattern has some: it finds those typed without them. */
  readonly unaccented: WordTest | undefined
}

/**
 * Makes a pattern ready.
 *
 * @throws RegexpProblem for one that `patternProblem` says something of
 */
export function compilePattern(pattern: WordPattern, ignoreCase: boolean): CompiledPattern {
  const written = testOf(pattern, ignoreCase)
  if (pattern.kind === 'range' || pattern.kind === 'regexp') {
    return { written, unaccented: undefined }
  }
  const value = fold(pattern.value)
  const isPlain = value === pattern.value
  return { written, unaccented: isPlain ? undefined : testOf({ ...pattern, value }, ignoreCase) }
}

/** What is wrong with a pattern, in Lucene's words; undefined when nothing is. */
export function patternProblem(pattern: WordPattern): string | undefined {
  if (pattern.kind !== 'regexp') return undefined
  try {
    regexpTree(pattern.value, false)
    return undefined
  } catch (error) {
    if (error instanceof RegexpProblem) return error.message
    throw error
  }
}

function testOf(pattern: WordPattern, ignoreCase: boolean): WordTest {
  switch (pattern.kind) {
    case 'prefix':
      return automatonTest(parsePrefix(pattern.value, ignoreCase))
    case 'wildcard':
      return automatonTest(parseWildcard(pattern.value, ignoreCase))
    case 'regexp':
      return automatonTest(regexpTree(pattern.value, ignoreCase))
    case 'fuzzy':
      return fuzzyTest(ignoreCase ? { ...pattern, value: pattern.value.toLowerCase() } : pattern)
    case 'range':
      return rangeTest(pattern)
    default:
      return pattern satisfies never
  }
}

function regexpTree(value: string, ignoreCase: boolean): PatternTree {
  const tree = parseRegexp(value, ignoreCase)
  const width = widthOf(tree)
  if (width <= WIDEST) return tree
  throw new RegexpProblem(
    `Determinizing automaton with ${width} states would require more than ${WIDEST} effort.`,
  )
}
