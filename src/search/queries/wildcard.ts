import { column, type Filter, NONE, type Sql, sql, test, textValue } from '../../store/index.ts'
import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { fieldReference } from '../field-reference.ts'
import { valueType } from '../field-value.ts'
import { illegalOnShard } from '../search-failure.ts'
import type { QueryCompiler } from './query-compiler.ts'

/**
 * Records whose keyword field, or whole error message, fits a pattern of `*` (any characters) and
 * `?` (one character).
 */
export const wildcard: QueryCompiler = (body) => {
  const [field, given] = onlyEntry(body, 'wildcard')
  const reader = new BodyReader(isObject(given) ? given : { value: given }, 'wildcard')
  const pattern = reader.text('value') ?? reader.requiredText('wildcard')
  const ignoreCase = reader.boolean('case_insensitive') ?? false
  reader.ignore('value', 'wildcard', 'boost', '_name', 'rewrite')
  reader.end()
  return fits(field, pattern, ignoreCase)
}

function fits(field: string, pattern: string, ignoreCase: boolean): Filter {
  const reference = fieldReference(field)
  if (reference.kind === 'unmapped') return NONE
  if (reference.kind === 'text' && reference.name === 'error_message') {
    return messageFits(pattern)
  }
  const isKeyword =
    reference.kind === 'label' ||
    (reference.kind === 'column' && valueType(reference) === 'keyword')
  if (!isKeyword) {
    throw illegalOnShard(
      `Can only use wildcard queries on keyword fields and [error_message] - not on [${field}]`,
    )
  }
  return test(like(reference.expression, pattern, ignoreCase))
}

/** The message is searched as a whole and without regard to case, as a `wildcard` field is. */
function messageFits(pattern: string): Filter {
  const fragments = pattern.split(/\\.|[*?]/s).filter((fragment) => [...fragment].length >= 3)
  const check = like(column('error_message'), pattern, true)
  if (fragments.length === 0) return test(check)
  return { kind: 'text', probe: { kind: 'substring', fragments }, check }
}

const ESCAPE = '\\'

/** With more stars a LIKE could run away on a long text; RE2 takes linear time on any. */
const LIKE_STARS = 2

function like(expression: Sql, pattern: string, ignoreCase: boolean): Sql {
  const field = ignoreCase ? sql`lower(${expression})` : expression
  const pieces = patternPieces(ignoreCase ? pattern.toLowerCase() : pattern)
  const stars = pieces.filter((piece) => piece === STAR).length
  if (stars <= LIKE_STARS) {
    const value = textValue(pieces.map(likePiece).join(''))
    return sql`coalesce(${field} LIKE ${value} ESCAPE ${textValue(ESCAPE)}, false)`
  }
  const value = textValue(pieces.map(expressionPiece).join(''))
  return sql`coalesce(regexp_full_match(${field}, ${value}, 's'), false)`
}

const STAR = Symbol('any characters')
const ONE = Symbol('one character')
type Piece = string | typeof STAR | typeof ONE

/** What a backslash precedes stands for itself; stars beside each other are one. */
function patternPieces(pattern: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (const [whole] of pattern.matchAll(/\\?./gsu)) {
    if (whole === '*') {
      if (pieces.at(-1) !== STAR) pieces.push(STAR)
    } else if (whole === '?') pieces.push(ONE)
    else pieces.push(whole.length > 1 && whole.startsWith(ESCAPE) ? whole.slice(1) : whole)
  }
  return pieces
}

function likePiece(piece: Piece): string {
  if (piece === STAR) return '%'
  if (piece === ONE) return '_'
  return piece === '%' || piece === '_' || piece === ESCAPE ? ESCAPE + piece : piece
}

function expressionPiece(piece: Piece): string {
  if (piece === STAR) return '.*'
  if (piece === ONE) return '.'
  return /[\p{L}\p{N}]/u.test(piece) || piece.codePointAt(0)! > 0x7f ? piece : `\\${piece}`
}
