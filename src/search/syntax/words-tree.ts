import { queryTerms } from '../../store/index.ts'
import type { Clause } from './clause.ts'
import type { ScopeField } from './field-scope.ts'
import { boosted, disMax, MATCH_NONE, type QueryTree } from './query-tree.ts'
import { type MultiMatchType, type TreeContext, tieBreakerOf } from './tree-context.ts'
import { valueFits } from './value-fits.ts'

interface TextWanted {
  readonly text: string
  readonly type: MultiMatchType
  readonly slop: number
  readonly analyzer: string | undefined
  /** Words of the text that a field must have at least. */
  readonly minimum?: unknown
}

/** Words, analysed by each field. */
export function wordsTree(
  { field, text }: { readonly field: string | undefined; readonly text: string },
  context: TreeContext,
  minimum?: unknown,
): QueryTree {
  const { wordsType: type, phraseSlop: slop, analyzer, scope } = context
  return textTree(scope.fieldsOf(field), { text, type, slop, analyzer, minimum }, context)
}

/** Words beside each other. */
export function phraseTree(
  phrase: {
    readonly field: string | undefined
    readonly text: string
    readonly slop: number | undefined
  },
  context: TreeContext,
): QueryTree {
  const { text, slop = context.phraseSlop } = phrase
  const analyzer = context.quoteAnalyzer ?? context.analyzer
  const fields = context.scope.quotedFieldsOf(phrase.field)
  return textTree(fields, { text, type: 'phrase', slop, analyzer }, context)
}

/** Tells whether the fields' analysers leave no word of the text: then the clause does not count. */
export function isWithoutWords(clause: Clause, context: TreeContext): boolean {
  if (clause.kind !== 'words' && clause.kind !== 'phrase') return false
  const { scope } = context
  const isPhrase = clause.kind === 'phrase'
  const all = isPhrase ? scope.quotedFieldsOf(clause.field) : scope.fieldsOf(clause.field)
  const fields = fieldsThatFit(all, [clause.text], context)
  const isEmpty = (field: ScopeField) =>
    field.kind === 'text' && wordsOf(context, field, clause.text).length === 0
  return fields.length > 0 && fields.every(isEmpty)
}

/** Words that an analyser makes of a text. */
export function wordsOf({ scope }: TreeContext, field: ScopeField, text: string) {
  return (
    scope.lookup.wordsOf?.(field.name, text) ??
    queryTerms(text).flatMap(({ tokens: [token] }) => (token === undefined ? [] : token.text))
  )
}

/** Tells whether the fields take the text at all; a lenient query passes over the others. */
export function fieldsThatFit(
  fields: readonly ScopeField[],
  texts: readonly string[],
  { scope }: TreeContext,
): readonly ScopeField[] {
  if (!scope.isLenient) return fields
  return fields.filter(({ name, kind }) => {
    const dateFormat = kind === 'date' ? scope.lookup.dateFormatOf?.(name) : undefined
    return texts.every((text) => valueFits({ kind, text, dateFormat }))
  })
}

function textTree(
  fields: readonly ScopeField[],
  wanted: TextWanted,
  context: TreeContext,
): QueryTree {
  const fitting = fieldsThatFit(fields, [wanted.text], context)
  const [only, second] = fitting
  if (only === undefined) return MATCH_NONE
  context.count.add()
  if (second === undefined) {
    const isAlone = fields.length === 1
    return boosted(fieldTree(only, wanted, context, isAlone), only.boost)
  }
  return fitting.some(({ name }) => /[*^]/.test(name))
    ? eachField(fitting, wanted, context)
    : multiMatch(fitting, wanted, context)
}

function fieldTree(
  { name, kind }: ScopeField,
  { text: query, type, slop, analyzer, minimum }: TextWanted,
  { scope, operator, timeZone, tieBreaker }: TreeContext,
  isAlone: boolean,
): QueryTree {
  if (kind === 'date' && timeZone !== undefined && isAlone) {
    return { range: { [name]: { gte: query, lte: query, time_zone: timeZone } } }
  }
  const isText = kind === 'text'
  const analysis = { ...(isText && analyzer !== undefined && { analyzer }) }
  const slopOption = { ...(slop > 0 && { slop }) }
  if (isText && type === 'phrase') {
    return { match_phrase: { [name]: { query, ...slopOption, ...analysis } } }
  }
  if (isText && (type === 'phrase_prefix' || type === 'bool_prefix')) {
    const options = { query, type, fields: [name], operator, ...slopOption, ...analysis }
    return {
      multi_match: { ...options, ...(tieBreaker !== undefined && { tie_breaker: tieBreaker }) },
    }
  }
  const options = {
    query,
    ...(operator === 'and' && { operator }),
    ...(scope.isLenient && !isText && kind !== 'keyword' && { lenient: true }),
    ...analysis,
    ...(isText && minimum !== undefined && { minimum_should_match: minimum }),
  }
  return { match: { [name]: options } }
}

function multiMatch(
  fields: readonly ScopeField[],
  { text: query, type, slop, analyzer }: TextWanted,
  { scope, operator, tieBreaker }: TreeContext,
): QueryTree {
  return {
    multi_match: {
      query,
      type,
      fields: fields.map(({ name, boost }) => (boost === 1 ? name : `${name}^${boost}`)),
      ...(type !== 'phrase' && operator === 'and' && { operator }),
      ...(type.startsWith('phrase') && slop > 0 && { slop }),
      ...(scope.isLenient && { lenient: true }),
      ...(analyzer !== undefined && { analyzer }),
      ...(tieBreaker !== undefined && { tie_breaker: tieBreaker }),
    },
  }
}

/** For names that would mean something else in the list of a `multi_match`. */
function eachField(
  fields: readonly ScopeField[],
  wanted: TextWanted,
  context: TreeContext,
): QueryTree {
  const queries = fields.map((field) =>
    boosted(fieldTree(field, wanted, context, false), field.boost),
  )
  return disMax(queries, tieBreakerOf(context))
}
