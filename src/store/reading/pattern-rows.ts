import { TokenTest } from '../patterns/token-test.ts'
import { type CompiledPattern, compilePattern } from '../patterns/word-pattern.ts'
import { tokenBytes } from '../token-bytes.ts'
import { DEFAULT_ANALYZER, FOLDED, type QueryTerm } from '../tokens.ts'
import { isRunCharacter } from '../word-breaks.ts'
import type { Candidates } from './candidates.ts'
import { ClosestTokens } from './closest-tokens.ts'
import type { TextProbe } from './filter.ts'
import { NO_ROWS, RowUnion, unionOf } from './row-union.ts'
import type { TokenVisitor } from './segment-scan.ts'
import type { TextFile } from './text-file.ts'
import { WordRows } from './word-rows.ts'

type PatternProbe = Extract<TextProbe, { kind: 'pattern' }>

/** Characters of a run that one token of the word index has at most. */
const PAIR = 2

/**
 * Finds the rows in which a word of the field fits the pattern, by comparing all words of the
 * file; those in which only a longer part of a run of characters can fit are doubtful.
 */
export function patternRows(
  file: TextFile,
  { field, pattern, ignoreCase, maxExpansions }: PatternProbe,
  check: () => void,
): Candidates {
  const compiled = compilePattern(pattern, ignoreCase)
  const isDefault = field.analyzer === DEFAULT_ANALYZER
  const { partsAreWords, fitsAll, inside, substring } = compiled.written
  if (fitsAll && maxExpansions === undefined) {
    return { certain: file.rows(tokenBytes(field.mark), check), doubtful: NO_ROWS }
  }
  const inRuns = isDefault && partsAreWords ? inside.find(hasRunCharacter) : undefined
  if (inRuns !== undefined) {
    // such a word can only be part of a run, and its literal parts say where to look
    const rows = new WordRows(file, field.mark, check).allTerms(inside.flatMap(literalTerms))
    const isCertain = substring !== undefined && [...substring].length <= PAIR
    return isCertain ? { certain: rows, doubtful: NO_ROWS } : { certain: NO_ROWS, doubtful: rows }
  }
  const test = new TokenTest(compiled, isDefault, inside.length === 0)
  const scan = { file, mark: Buffer.from(field.mark), test, check }
  const beginnings = beginningsOf(compiled, isDefault)
  return maxExpansions === undefined
    ? scanned(scan, beginnings)
    : closest(scan, beginnings, maxExpansions)
}

function hasRunCharacter(text: string): boolean {
  return Array.from(text).some((one) => isRunCharacter(one.codePointAt(0)!))
}

/** Terms of a literal inside a run; with another character in it no run has it. */
function literalTerms(text: string): readonly Pick<QueryTerm, 'tokens'>[] {
  const characters = [...text]
  if (!characters.every(hasRunCharacter)) return [{ tokens: [] }]
  if (characters.length === 1) return [{ tokens: [{ text, prefix: true }] }]
  return characters
    .slice(1)
    .map((second, place) => ({ tokens: [{ text: characters[place]! + second, prefix: false }] }))
}

/** What tokens that can fit begin with, behind their mark; none begins with another one. */
function beginningsOf({ written, unaccented }: CompiledPattern, isDefault: boolean): string[] {
  const all = isDefault
    ? [written.beginning, FOLDED + written.beginning, unaccented?.beginning]
    : [written.beginning]
  const texts = [...new Set(all.filter((text) => text !== undefined))]
  return texts.filter((text) => !texts.some((one) => one !== text && text.startsWith(one)))
}

/** Tokens of a field that are compared with a pattern. */
interface TokenScan {
  readonly file: TextFile
  readonly mark: Uint8Array
  readonly test: TokenTest
  readonly check: () => void
}

/** Tokens that are compared between two checks. */
const CHECKED_TOKENS = 256

function scanned(scan: TokenScan, beginnings: readonly string[]): Candidates {
  const certain = new RowUnion()
  const doubtful = new RowUnion()
  let rows = certain
  const visitor = {
    token(bytes: Uint8Array, length: number) {
      const fit = scan.test.fit(bytes, scan.mark.length, length)
      if (fit === 'no') return 'skip'
      rows = fit === 'yes' ? certain : doubtful
      return 'take'
    },
    rows: (found: Float64Array) => rows.add(found),
  } as const
  visit(scan, beginnings, visitor)
  return { certain: certain.rows(), doubtful: doubtful.rows() }
}

/** Rows of the words closest to the pattern, of equally close ones the first; and doubtful rows. */
function closest(scan: TokenScan, beginnings: readonly string[], most: number): Candidates {
  const { file, test, mark, check } = scan
  const tokens = new ClosestTokens(most)
  const doubtful = new RowUnion()
  const visitor = {
    token(bytes: Uint8Array, length: number) {
      const fit = test.fit(bytes, mark.length, length)
      if (fit === 'yes') tokens.add(bytes, length, test.distance(bytes, mark.length, length))
      return fit === 'perhaps' ? 'take' : 'skip'
    },
    rows: (found: Float64Array) => doubtful.add(found),
  } as const
  visit(scan, beginnings, visitor)
  const rows = tokens.all().map((token) => file.rows(token, check))
  return { certain: unionOf(rows), doubtful: doubtful.rows() }
}

function visit(
  { file, mark, check }: TokenScan,
  beginnings: readonly string[],
  { token, rows }: TokenVisitor,
): void {
  let tokens = 0
  const visitor: TokenVisitor = {
    token(bytes, length) {
      if (++tokens % CHECKED_TOKENS === 0) check()
      return token(bytes, length)
    },
    rows,
  }
  for (const beginning of beginnings) {
    file.scan(Buffer.concat([mark, tokenBytes(beginning)]), visitor, check)
  }
}
