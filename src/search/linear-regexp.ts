import { queryShardFailure } from './search-failure.ts'

/** Elasticsearch's `index.max_regex_length`. */
const MAX_LENGTH = 1_000

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
    return written
  } catch {
    throw malformed(pattern)
  }
}

function malformed(pattern: string) {
  return queryShardFailure(
    `failed to parse regexp [${pattern.slice(0, 200)}]`,
    'illegal_argument_exception',
  )
}
