import type { Clause } from './clause.ts'
import type { ScopeField } from './field-scope.ts'
import { boosted, disMax, MATCH_ALL, MATCH_NONE, type QueryTree } from './query-tree.ts'
import { type TreeContext, tieBreakerOf } from './tree-context.ts'
import { fieldsThatFit, wordsOf } from './words-tree.ts'

type PatternClause = Extract<Clause, { kind: 'prefix' | 'wildcard' | 'regexp' | 'fuzzy' }>
type RangeClause = Extract<Clause, { kind: 'range' }>

/** One word given by a pattern; of text fields the words are lower-cased, so the pattern is. */
export function patternTree(clause: PatternClause, context: TreeContext): QueryTree {
  const { scope } = context
  const fields = scope
    .fieldsOf(clause.field)
    .filter(({ kind }) => !scope.isLenient || kind === 'text' || kind === 'keyword')
  return bestOf(fields, context, (field) => fieldPattern(clause, field, context))
}

function fieldPattern(clause: PatternClause, field: ScopeField, context: TreeContext): QueryTree {
  const { name } = field
  const isText = field.kind === 'text'
  const lowered = (text: string) => (isText ? text.toLowerCase() : text)
  switch (clause.kind) {
    case 'prefix':
      return isText && context.analyzesWildcards
        ? analysedPrefix(clause.text, field, context)
        : { prefix: { [name]: { value: lowered(clause.text) } } }
    case 'wildcard':
      return { wildcard: { [name]: { value: lowered(clause.pattern) } } }
    case 'regexp':
      return { regexp: { [name]: { value: clause.pattern } } }
    case 'fuzzy':
      return { fuzzy: { [name]: fuzzyOptions(lowered(clause.text), clause.fuzziness, context) } }
    default:
      return clause satisfies never
  }
}

/** The last word of the text is the beginning of one, those before it are whole. */
function analysedPrefix(text: string, field: ScopeField, context: TreeContext): QueryTree {
  const words = wordsOf(context, field, text)
  const prefix = { prefix: { [field.name]: { value: words.at(-1) ?? text.toLowerCase() } } }
  if (words.length < 2) return prefix
  const whole = words.slice(0, -1).map((query) => {
    context.count.add()
    return { match: { [field.name]: { query } } }
  })
  return { bool: { [context.operator === 'and' ? 'must' : 'should']: [...whole, prefix] } }
}

function fuzzyOptions(value: string, fuzziness: number | string | undefined, context: TreeContext) {
  const { fuzzy } = context
  return {
    value,
    fuzziness: fuzziness ?? fuzzy.fuzziness,
    ...(fuzzy.prefixLength !== undefined && { prefix_length: fuzzy.prefixLength }),
    ...(fuzzy.maxExpansions !== undefined && { max_expansions: fuzzy.maxExpansions }),
    ...(fuzzy.transpositions !== undefined && { transpositions: fuzzy.transpositions }),
  }
}

/** Values between two bounds; without bounds any value. */
export function rangeTree(clause: RangeClause, context: TreeContext): QueryTree {
  const { lower, upper } = clause
  const bounds = [lower, upper].flatMap((bound) => (bound === undefined ? [] : bound.value))
  const fields = fieldsThatFit(context.scope.fieldsOf(clause.field), bounds, context)
  return bestOf(fields, context, (field) =>
    bounds.length === 0 ? { exists: { field: field.name } } : fieldRange(clause, field, context),
  )
}

function fieldRange(
  { lower, upper }: RangeClause,
  { name, kind }: ScopeField,
  { timeZone }: TreeContext,
): QueryTree {
  const read = (text: string) => (kind === 'text' ? text.toLowerCase() : text)
  const options = {
    ...(lower !== undefined && { [lower.isInclusive ? 'gte' : 'gt']: read(lower.value) }),
    ...(upper !== undefined && { [upper.isInclusive ? 'lte' : 'lt']: read(upper.value) }),
    ...(kind === 'date' && timeZone !== undefined && { time_zone: timeZone }),
  }
  return { range: { [name]: options } }
}

/** Any value in the field, or in one of those that a pattern stands for. */
export function existsTree(field: string | undefined, context: TreeContext): QueryTree {
  const { scope } = context
  if (field === '*' || (field === undefined && scope.isAll)) {
    context.count.add()
    return MATCH_ALL
  }
  return bestOf(scope.fieldsOf(field), context, ({ name }) => ({ exists: { field: name } }))
}

function bestOf(
  fields: readonly ScopeField[],
  context: TreeContext,
  make: (field: ScopeField) => QueryTree,
): QueryTree {
  if (fields.length === 0) return MATCH_NONE
  const queries = fields.map((field) => {
    context.count.add()
    return boosted(make(field), field.boost)
  })
  return disMax(queries, tieBreakerOf(context))
}
