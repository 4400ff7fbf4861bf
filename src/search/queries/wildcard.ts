import { type Filter, NONE, type Sql, sql, test, textValue } from '../../store/index.ts'
import { BodyReader, isObject, onlyEntry } from '../body-reader.ts'
import { anyValue } from '../conditions.ts'
import type { FieldReference } from '../schema.ts'
import { queryShardFailure } from '../search-failure.ts'
import { equally, type QueryCompiler } from './query-compiler.ts'

/**
 * Records whose keyword field fits a pattern of `*` (any characters) and `?` (one character); of
 * a text field one of its words, of an error message the whole of it.
 */
export const wildcard: QueryCompiler = (body, { schema }) => {
  const [field, given] = onlyEntry(body, 'wildcard')
  const reader = new BodyReader(isObject(given) ? given : { value: given }, 'wildcard')
  const pattern = reader.text('value') ?? reader.requiredText('wildcard')
  const ignoreCase = reader.boolean('case_insensitive') ?? false
  const boost = reader.number('boost') ?? 1
  reader.ignore('value', 'wildcard', '_name', 'rewrite')
  reader.end()
  return equally(fits(schema.reference(field), pattern, ignoreCase), boost)
}

function fits(reference: FieldReference, pattern: string, ignoreCase: boolean): Filter {
  if (reference.kind === 'unmapped' || reference.kind === 'object') return NONE
  if (reference.kind === 'text') {
    if (reference.column !== undefined) return messageFits(pattern, reference.column)
    const words = { kind: 'wildcard', value: pattern } as const
    const { field } = reference
    const options = { pattern: words, ignoreCase, maxExpansions: undefined }
    return { kind: 'text', probe: { kind: 'pattern', field, ...options } }
  }
  if (reference.kind !== 'column' || reference.type !== 'keyword') {
    throw queryShardFailure(
      `Can only use wildcard queries on keyword, text and wildcard fields - not on [${reference.name}]${
        reference.kind === 'column' ? ` which is of type [${reference.elastic}]` : ''
      }`,
    )
  }
  const sought = { pattern: { kind: 'wildcard', value: pattern }, ignoreCase } as const
  return anyValue(reference, (value) => like(value, pattern, ignoreCase), sought)
}

/** The message is searched as a whole and without regard to case, as a `wildcard` field is. */
function messageFits(pattern: string, message: Sql): Filter {
  const fragments = pattern.split(/\\.|[*?]/s).filter((fragment) => [...fragment].length >= 3)
  const check = sql`coalesce(${like(message, pattern, true)}, false)`
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
    return sql`${field} LIKE ${value} ESCAPE ${textValue(ESCAPE)}`
  }
  const value = textValue(pieces.map(expressionPiece).join(''))
  return sql`regexp_full_match(${field}, ${value}, 's')`
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
