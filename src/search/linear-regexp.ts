import { queryShardFailure } from './search-failure.ts'

/** Elasticsearch's `index.max_regex_length`. */
const MAX_LENGTH = 1_000

/** RE2's limit. */
const MAX_REPEATS = 1_000

/** Lucene's operators that RE2 has no counterpart for. */
const REFUSED: Readonly<Record<string, string>> = {
  '~': 'complement',
  '&': 'intersection',
  '<': 'interval',
}

/**
 * Writes a regular expression of Lucene as one of RE2, which takes linear time on any text.
 *
 * @throws SearchFailure for bad syntax, for what is too long, and for `~`, `&` and `<1-9>`
 */
export function linearRegexp(pattern: string, flags: string): string {
  if (pattern.length > MAX_LENGTH) {
    throw queryShardFailure(
      `The length of regex [${pattern.length}] used in the Regexp Query request has exceeded the allowed maximum of [${MAX_LENGTH}].`,
      'illegal_argument_exception',
    )
  }
  const optional = flags.toUpperCase() !== 'NONE'
  let written = ''
  let inClass = false
  for (const [piece] of pattern.matchAll(/\\[\s\S]|"[^"]*"|[\s\S]/gu)) {
    if (inClass) {
      written += piece === '[' ? '\\[' : piece
      inClass = piece !== ']'
    } else if (piece.startsWith('\\')) written += escaped(piece.slice(1))
    else if (optional && piece.length > 1) written += literal(piece.slice(1, -1))
    else {
      inClass = piece === '['
      written += operator(piece, optional)
    }
  }
  if (inClass) throw malformed(pattern)
  return checked(written, pattern)
}

function operator(piece: string, optional: boolean): string {
  if ('.?+*|(){}['.includes(piece)) return piece === '(' ? '(?:' : piece
  if (optional && piece === '@') return '.*'
  if (optional && piece === '#') return '(?:[^\\x00-\\x{10FFFF}])'
  const refused = optional ? REFUSED[piece] : undefined
  if (refused === undefined) return literal(piece)
  throw queryShardFailure(
    `[regexp] does not support the ${refused} operator [${piece}]; write [\\${piece}] for the character`,
    'illegal_argument_exception',
  )
}

function escaped(character: string): string {
  return /[dDwWsS]/.test(character) ? `\\${character}` : literal(character)
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

/** JavaScript's reading of the expression is near enough to find bad syntax; it is never run. */
function checked(written: string, pattern: string): string {
  try {
    new RegExp(written.replaceAll('\\x{10FFFF}', '\\uFFFF'))
  } catch {
    throw malformed(pattern)
  }
  if (mostRepeats(written) > MAX_REPEATS) {
    throw queryShardFailure(
      `[regexp] supports at most [${MAX_REPEATS}] repetitions, those of groups within each other multiplied`,
      'illegal_argument_exception',
    )
  }
  return written
}

/** How often counted repetitions within each other repeat the same piece, at most. */
function mostRepeats(written: string): number {
  // of each open group the most within it, and that of the piece a repetition would refer to
  const open: { most: number; last: number }[] = [{ most: 1, last: 1 }]
  const pieces = written.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|\{(\d*),?(\d*)\}|[\s\S]/gu)
  for (const [piece, least = '', highest = ''] of pieces) {
    const level = open.at(-1)!
    if (piece === '(') open.push({ most: 1, last: 1 })
    else if (piece === ')' && open.length > 1) {
      const { most } = open.pop()!
      open.at(-1)!.last = most
    } else if (piece.startsWith('{') && piece.length > 1) {
      level.last *= Math.max(1, Number(least), Number(highest))
    } else if (!'*+?'.includes(piece)) level.last = 1
    const now = open.at(-1)!
    now.most = Math.max(now.most, now.last)
  }
  return Math.max(...open.map(({ most }) => most))
}

function malformed(pattern: string) {
  return queryShardFailure(
    `failed to parse regexp [${pattern.slice(0, 200)}]`,
    'illegal_argument_exception',
  )
}
