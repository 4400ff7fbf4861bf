import {
  conditionOf,
  type Filter,
  FORM_END,
  FORM_START,
  mapLeaves,
  POSITION,
  type QueryTerm,
  type Sql,
  sql,
  type TextField,
  type TextProbe,
  test,
  textValue,
  type WordPattern,
} from '../store/index.ts'
import { linearRegexp } from './linear-regexp.ts'
import { illegalOnShard } from './search-failure.ts'

/**
 * A filter on an object as a condition in SQL: its texts lie there as their words (`tokenText`),
 * so that no text engine is needed. `textsOf` gives the list of a field's texts.
 *
 * @throws SearchFailure for what cannot be found this way
 */
export function nestedCondition(
  filter: Filter,
  textsOf: (field: TextField) => Sql | undefined,
): Sql {
  const plain = mapLeaves(filter, (leaf) => {
    if (leaf.kind === 'time') return leaf
    const { probe } = leaf
    const texts = 'field' in probe ? textsOf(probe.field) : undefined
    if (texts === undefined) throw unsupported(probe.kind)
    const found = anyText(texts, probe)
    return test(leaf.check === undefined ? found : sql`(${found} AND ${leaf.check})`)
  })
  return conditionOf(plain)
}

function anyText(texts: Sql, probe: TextProbe): Sql {
  const condition = holds(sql`words`, probe)
  return sql`coalesce(len(list_filter(${texts}, lambda words: ${condition})) > 0, false)`
}

function holds(words: Sql, probe: TextProbe): Sql {
  switch (probe.kind) {
    case 'words':
      return anyClause(words, probe.clauses)
    case 'phrase':
      if (probe.slop > 0) throw unsupported('phrase with [slop]')
      return matchesText(words, phrasePattern(probe.terms))
    case 'pattern':
      return matchesText(words, wordPattern(probe.pattern, probe.ignoreCase))
    case 'anyWord':
      return sql`contains(${words}, ${textValue(FORM_START)})`
    case 'exact':
    case 'label':
    case 'substring':
    case 'id':
      throw unsupported(probe.kind)
    default:
      return probe satisfies never
  }
}

type Term = Pick<QueryTerm, 'tokens'>

/** All terms of one of the clauses stand in the text. */
function anyClause(words: Sql, clauses: readonly (readonly Term[])[]): Sql {
  const any = clauses.map((terms) => {
    const all = terms.map((term) => matchesText(words, FORM_START + formPattern(term)))
    return all.length === 0 ? sql`false` : all.reduce((left, right) => sql`${left} AND ${right}`)
  })
  if (any.length === 0) return sql`false`
  return sql`(${any.map((one) => sql`(${one})`).reduce((left, right) => sql`${left} OR ${right}`)})`
}

function matchesText(words: Sql, pattern: string): Sql {
  return sql`regexp_matches(${words}, ${textValue(pattern)})`
}

/** What stands behind the beginning of a form that satisfies a term. */
function formPattern({ tokens }: Term): string {
  const forms = tokens.map(
    ({ text, prefix }) => literal(text) + (prefix ? ANY_LETTERS : '') + FORM_END,
  )
  return `(?:${forms.join('|')})`
}

const ANY_LETTERS = `[^${FORM_END}]*`
const ANY_FORMS = `[^${POSITION}]*`

/** The terms at their distances from one another: a position each, others in between. */
function phrasePattern(terms: readonly QueryTerm[]): string {
  const byOffset = Map.groupBy(terms, ({ offset }) => offset)
  const offsets = [...byOffset.keys()].sort((a, b) => a - b)
  const [first, last] = [offsets[0] ?? 0, offsets.at(-1) ?? 0]
  let pattern = ''
  for (let offset = first; offset <= last; offset++) {
    const [term, second] = byOffset.get(offset) ?? []
    if (second !== undefined) throw unsupported('phrase of several terms in one place')
    const form = term === undefined ? '' : FORM_START + formPattern(term) + ANY_FORMS
    pattern += POSITION + ANY_FORMS + form
  }
  return pattern
}

function wordPattern(pattern: WordPattern, ignoreCase: boolean): string {
  const flags = ignoreCase ? '(?i)' : ''
  switch (pattern.kind) {
    case 'prefix':
      return flags + FORM_START + literal(pattern.value)
    case 'wildcard':
      return flags + FORM_START + wildcard(pattern.value) + FORM_END
    case 'regexp': {
      const inner = linearRegexp(pattern.value, 'ALL')
      return `${flags}${FORM_START}(?:${inner})${FORM_END}`
    }
    case 'fuzzy':
    case 'range':
      throw unsupported(pattern.kind)
    default:
      return pattern satisfies never
  }
}

function wildcard(value: string): string {
  return [...value.matchAll(/\\([\s\S])|[\s\S]/gu)]
    .map(([piece, escaped]) => {
      if (escaped !== undefined) return literal(escaped)
      if (piece === '*') return ANY_LETTERS
      return piece === '?' ? `[^${FORM_END}]` : literal(piece)
    })
    .join('')
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

function unsupported(what: string) {
  return illegalOnShard(`[nested] does not support ${what} on texts of nested objects`)
}
