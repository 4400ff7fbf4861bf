import {
  type Filter,
  LOG_TEXTS,
  type QueryTerm,
  type QueryToken,
  type Score,
  type SoughtValues,
  type TextProbe,
  type WordPattern,
} from '../store/index.ts'
import type { Query } from './queries/query-compiler.ts'
import type { Schema } from './schema.ts'

/** What is looked for in texts. */
export type SoughtWords =
  /** Any of the tokens. */
  | { readonly kind: 'tokens'; readonly tokens: readonly QueryToken[] }
  | { readonly kind: 'phrase'; readonly terms: readonly QueryTerm[]; readonly slop: number }
  | { readonly kind: 'pattern'; readonly pattern: WordPattern; readonly ignoreCase: boolean }
  /** Parts of the text as they are, case aside. */
  | { readonly kind: 'literal'; readonly fragments: readonly string[] }

/** What a query looks for, by field. */
export interface Sought {
  /** By the mark of the analysed field. */
  readonly words: ReadonlyMap<string, readonly SoughtWords[]>
  /** In keyword fields, by name. */
  readonly values: ReadonlyMap<string, readonly SoughtValues[]>
}

/** What highlights are made of besides their own options. */
export interface HighlightContext {
  /** The query of the request. */
  readonly query: unknown
  /** Compiles a query with the score it has, whatever hits are ordered by. */
  compile(query: unknown, schema: Schema): Query
}

/** Collects what a query looks for; what must not match is left out. */
export function soughtBy({ filter, score }: Query): Sought {
  const words = new Map<string, SoughtWords[]>()
  const values = new Map<string, SoughtValues[]>()
  const collector = { words, values }
  addFilter(filter, collector)
  addScore(score, collector)
  return collector
}

interface Collector {
  readonly words: Map<string, SoughtWords[]>
  readonly values: Map<string, SoughtValues[]>
}

function addFilter(filter: Filter, collector: Collector): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
    case 'atLeast':
      for (const part of filter.filters) addFilter(part, collector)
      return
    case 'text':
      addProbe(filter.probe, collector)
      return
    case 'test':
      if (filter.sought !== undefined) addTo(collector.values, filter.sought.field, filter.sought)
      if (filter.inner !== undefined) addFilter(filter.inner, collector)
      return
    case 'not':
    case 'all':
    case 'none':
    case 'time':
      return
    default:
      filter satisfies never
  }
}

/** Clauses that need not match stand in the score alone. */
function addScore(score: Score, collector: Collector): void {
  if (score.kind !== 'sum' && score.kind !== 'best') return
  // what takes away from the score is not looked for
  if (score.boost < 0) return
  for (const part of score.parts) {
    if (isLowering(part.score)) continue
    addFilter(part.filter, collector)
    addScore(part.score, collector)
  }
}

function isLowering(score: Score): boolean {
  return (score.kind === 'sum' || score.kind === 'best') && score.boost < 0
}

function addProbe(probe: TextProbe, { words, values }: Collector): void {
  switch (probe.kind) {
    case 'words': {
      const tokens = probe.clauses.flatMap((terms) => terms.flatMap((term) => term.tokens))
      addTo(words, probe.field.mark, { kind: 'tokens', tokens })
      return
    }
    case 'phrase':
      addTo(words, probe.field.mark, { kind: 'phrase', terms: probe.terms, slop: probe.slop })
      return
    case 'pattern': {
      const { pattern, ignoreCase } = probe
      addTo(words, probe.field.mark, { kind: 'pattern', pattern, ignoreCase })
      return
    }
    case 'exact':
      addValues(values, `${probe.field.paths[0] ?? ''}.keyword`, [probe.value])
      return
    case 'substring':
      addTo(words, LOG_TEXTS.error_message.mark, { kind: 'literal', fragments: probe.fragments })
      return
    case 'label':
      addValues(values, `labels.${probe.key}`, [probe.value])
      return
    case 'id':
      addValues(values, probe.id, probe.values)
      return
    case 'anyWord':
      return
    default:
      probe satisfies never
  }
}

function addValues(
  known: Map<string, SoughtValues[]>,
  field: string,
  values: readonly string[],
): void {
  addTo(known, field, { field, values, ignoreCase: false })
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else if (!list.some((known) => JSON.stringify(known) === JSON.stringify(item))) list.push(item)
}
