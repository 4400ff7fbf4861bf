import { type FoundDocument, queryTerms, type SoughtValues, wordMatcher } from '../store/index.ts'
import { type Matcher, wordsMatcher } from './highlight-matches.ts'
import { fragmentsOf, type MatchedText } from './highlight-passages.ts'
import type { HighlightOptions, HighlightRequest } from './highlight-request.ts'
import {
  type HighlightContext,
  type Sought,
  type SoughtWords,
  soughtBy,
} from './highlight-terms.ts'
import type { FieldLists } from './hit-fields.ts'
import type { SourceField } from './hit-source-fields.ts'
import { fitsPattern } from './name-pattern.ts'
import { illegalOnShard } from './search-failure.ts'
import type { PartGroup } from './searched-parts.ts'
import { valuesAt } from './source-values.ts'

/** Shows in a document what its query is about. */
export interface Highlighter {
  /** Whether a field of the document is needed, by its outermost name. */
  needs(field: string): boolean
  /** @throws SearchFailure when a text is longer than may be looked at */
  highlight(document: FoundDocument): FieldLists
}

interface HighlightedField {
  readonly name: string
  readonly field: SourceField
  readonly options: HighlightOptions
  readonly match: Matcher
}

/** Elasticsearch's `index.highlight.max_analyzed_offset`. */
const MAX_ANALYZED = 1_000_000
const KEYWORD_TYPES = ['keyword', 'wildcard', 'constant_keyword']

/** Compiles `highlight` for the documents of a group. */
export function compileHighlight(
  request: HighlightRequest,
  group: PartGroup,
  context: HighlightContext,
): Highlighter {
  const fields = new Map<string, HighlightedField>()
  const known = new Map<unknown, Sought>()
  const soughtFor = (query: unknown): Sought => {
    const made = known.get(query) ?? soughtBy(context.compile(query, group.schema))
    known.set(query, made)
    return made
  }
  for (const { pattern, options } of request.fields) {
    const sought = soughtFor(options.query ?? context.query)
    for (const [name, field] of matching(pattern, group)) {
      const match = matcherOf(field, sought, options, group)
      fields.set(name, { name, field, options, match })
    }
  }
  const limit = Number(group.index?.settings['index.highlight.max_analyzed_offset'] ?? MAX_ANALYZED)
  const paths = [...fields.values()].flatMap(({ field }) => field.paths)
  return {
    needs: (name) => paths.some((path) => path === name || path.startsWith(`${name}.`)),
    highlight: (document) => highlighted([...fields.values()], document, limit),
  }
}

/** Of other types there is nothing to show. */
function matching(
  pattern: string,
  { sources }: PartGroup,
): readonly (readonly [string, SourceField])[] {
  const names = pattern.includes('*')
    ? [...sources].filter(([name]) => fitsPattern(name, pattern))
    : [...sources].filter(([name]) => name === pattern)
  return names.filter(([, { type, text }]) => text !== undefined || KEYWORD_TYPES.includes(type))
}

function matcherOf(
  field: SourceField,
  sought: Sought,
  { requireFieldMatch }: HighlightOptions,
  { schema }: PartGroup,
): Matcher {
  if (requireFieldMatch) {
    return field.text === undefined
      ? valuesMatcher(sought.values.get(ownName(field.name, schema.kind)) ?? [])
      : wordsMatcher(sought.words.get(field.text.mark) ?? [])
  }
  const words = [...sought.words.values()].flat()
  const values = [...sought.values.values()].flat()
  return field.text === undefined
    ? valuesMatcher([...values, ...words.flatMap(asValues)])
    : wordsMatcher([...words, ...values.map(asWords)])
}

/** Of logs a keyword and the keyword beside it are one. */
function ownName(name: string, kind: PartGroup['schema']['kind']): string {
  return kind === 'log'
    ? name.replace(/(?<!^(?:prompt|response|error_message))\.keyword$/, '')
    : name
}

/** What is looked for in texts, as whole values. */
function asValues(sought: SoughtWords): readonly SoughtValues[] {
  const any = { field: '', ignoreCase: false }
  if (sought.kind === 'tokens') {
    const values = sought.tokens.filter(({ prefix }) => !prefix).map(({ text }) => text)
    return [{ ...any, values }]
  }
  if (sought.kind !== 'pattern') return []
  return [{ ...any, pattern: sought.pattern, ignoreCase: sought.ignoreCase }]
}

/** What is looked for in keywords, as words. */
function asWords({ values = [], pattern, ignoreCase }: SoughtValues): SoughtWords {
  if (pattern !== undefined) return { kind: 'pattern', pattern, ignoreCase }
  const tokens = values.flatMap((value) => {
    const [only, second] = queryTerms(value)
    return only === undefined || second !== undefined ? [] : only.tokens
  })
  return { kind: 'tokens', tokens }
}

/** Finds whole values. */
function valuesMatcher(sought: readonly SoughtValues[]): Matcher {
  const tests = sought.map(({ values = [], pattern, ignoreCase }) => {
    if (pattern !== undefined) return wordMatcher(pattern, ignoreCase)
    const wanted = new Set(ignoreCase ? values.map((value) => value.toLowerCase()) : values)
    return (value: string) => wanted.has(ignoreCase ? value.toLowerCase() : value)
  })
  return (text) => {
    const found = tests.findIndex((fits) => fits(text))
    return found < 0 ? [] : [{ start: 0, end: text.length, term: String(found) }]
  }
}

function highlighted(
  fields: readonly HighlightedField[],
  document: FoundDocument,
  limit: number,
): FieldLists {
  const lists: FieldLists = new Map()
  for (const one of fields) {
    const fragments = fragmentsOf(matchedTexts(one, document, limit), one.options)
    if (fragments.length > 0) lists.set(one.name, fragments)
  }
  return lists
}

function matchedTexts(
  { field, options, match }: HighlightedField,
  document: FoundDocument,
  limit: number,
): readonly MatchedText[] {
  const { maxAnalyzedOffset } = options
  const isText = field.text !== undefined
  let analyzed = 0
  return textsOf(field, document.source).map((text) => {
    analyzed += text.length + 1
    if (isText && maxAnalyzedOffset === undefined && analyzed - 1 > limit) {
      throw tooLong(field.name, document, analyzed - 1, limit)
    }
    const isCut = maxAnalyzedOffset !== undefined && text.length > maxAnalyzedOffset
    const looked = isCut ? text.slice(0, maxAnalyzedOffset) : text
    return { text, matches: match(looked, isText ? field.tokens(looked) : []) }
  })
}

function textsOf(field: SourceField, source: unknown): readonly string[] {
  return field.paths
    .flatMap((path) => valuesAt(source, path))
    .flatMap((value) => {
      const read = field.read(value)
      return read === undefined ? [] : [String(read)]
    })
}

function tooLong(name: string, { id, index }: FoundDocument, length: number, limit: number) {
  return illegalOnShard(
    `The length [${length}] of field [${name}] in doc[${id}]/index[${index}] exceeds the [index.highlight.max_analyzed_offset] limit [${limit}]. To avoid this error, set the query parameter [max_analyzed_offset] to a value less than index setting [${limit}] and this will tolerate long field values by truncating them.`,
  )
}
