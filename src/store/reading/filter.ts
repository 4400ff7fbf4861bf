import type { IdKind } from '../days/text-schema.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import type { QueryTerm } from '../tokens.ts'
import { column, dateValue, FALSE, joinSql, type Sql, sql, TRUE } from './sql.ts'

/** Words of a text field that a pattern stands for; the file's vocabulary says which there are. */
export type WordPattern =
  | { readonly kind: 'prefix'; readonly value: string }
  /** `*` any characters, `?` one; a backslash takes the meaning from what follows. */
  | { readonly kind: 'wildcard'; readonly value: string }
  /** Lucene's regular expressions, over the whole word. */
  | { readonly kind: 'regexp'; readonly value: string }
  | {
      readonly kind: 'fuzzy'
      readonly value: string
      /** Edits (Damerau-Levenshtein), 0 to 2. */
      readonly distance: number
      /** Characters at the beginning that must be equal. */
      readonly prefixLength: number
      readonly transpositions: boolean
    }
  | {
      readonly kind: 'range'
      readonly from: string | undefined
      readonly to: string | undefined
      readonly includesFrom: boolean
      readonly includesTo: boolean
    }

/** What the text engine is asked; its answer per file is a set of rows. */
export type TextProbe =
  /** Rows where all terms of any of the `clauses` occur in the field. */
  | {
      readonly kind: 'words'
      readonly field: TextField
      readonly clauses: readonly (readonly Pick<QueryTerm, 'tokens'>[])[]
    }
  /** Rows where the terms stand in the field at their distances, moved by `slop` in all at most. */
  | {
      readonly kind: 'phrase'
      readonly field: TextField
      readonly terms: readonly QueryTerm[]
      readonly slop: number
    }
  /** Rows where the field has a word that fits. */
  | {
      readonly kind: 'pattern'
      readonly field: TextField
      readonly pattern: WordPattern
      readonly ignoreCase: boolean
      /** Words that are tried; more are an error of the query, or for prefixes the first ones. */
      readonly maxExpansions: number | undefined
    }
  /** Rows whose field has any word. */
  | { readonly kind: 'anyWord'; readonly field: TextField }
  /** Rows whose field is this very text. */
  | { readonly kind: 'exact'; readonly field: TextField; readonly value: string }
  /** Rows of records with the label. */
  | { readonly kind: 'label'; readonly key: string; readonly value: string }
  /** Candidates: rows whose error message may hold all fragments. */
  | { readonly kind: 'substring'; readonly fragments: readonly string[] }
  /** Candidates: rows whose id may be one of the values. */
  | { readonly kind: 'id'; readonly id: IdKind; readonly values: readonly string[] }

/** What a condition looks for among the values of a keyword field: any of `values`, or a pattern. */
export interface SoughtValues {
  readonly field: string
  readonly values?: readonly string[]
  readonly pattern?: WordPattern
  readonly ignoreCase: boolean
}

/** What a search looks for, over columns and texts alike. */
export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'atLeast'; readonly count: number; readonly filters: readonly Filter[] }
  /** A condition on columns that is true or false, never null. */
  | {
      readonly kind: 'test'
      readonly condition: Sql
      /** What it looks for, where highlights can show that. */
      readonly sought?: SoughtValues
      /** What it looks for in nested objects. */
      readonly inner?: Filter
    }
  /** `@timestamp` within both bounds, milliseconds, inclusive; days outside are not opened. */
  | { readonly kind: 'time'; readonly fromMs: number; readonly toMs: number }
  /** Rows that the probe finds and, where its answer is only candidates, `check` confirms. */
  | { readonly kind: 'text'; readonly probe: TextProbe; readonly check?: Sql }

export const ALL: Filter = { kind: 'all' }
export const NONE: Filter = { kind: 'none' }

/** Both bounds of a time filter that has no bound on that side. */
export const FIRST_MS = -8_640_000_000_000_000
export const LAST_MS = 8_640_000_000_000_000

export function test(condition: Sql): Filter {
  return { kind: 'test', condition }
}

export function and(filters: readonly Filter[]): Filter {
  const kept = filters
    .flatMap((filter) => (filter.kind === 'and' ? filter.filters : [filter]))
    .filter(({ kind }) => kind !== 'all')
  if (kept.some(({ kind }) => kind === 'none')) return NONE
  return kept.length === 0 ? ALL : kept.length === 1 ? kept[0]! : { kind: 'and', filters: kept }
}

export function or(filters: readonly Filter[]): Filter {
  const kept = filters
    .flatMap((filter) => (filter.kind === 'or' ? filter.filters : [filter]))
    .filter(({ kind }) => kind !== 'none')
  if (kept.some(({ kind }) => kind === 'all')) return ALL
  return kept.length === 0 ? NONE : kept.length === 1 ? kept[0]! : { kind: 'or', filters: kept }
}

export function not(filter: Filter): Filter {
  if (filter.kind === 'all') return NONE
  if (filter.kind === 'none') return ALL
  return filter.kind === 'not' ? filter.filter : { kind: 'not', filter }
}

/** Rows that satisfy at least `count` of the filters. */
export function atLeast(count: number, filters: readonly Filter[]): Filter {
  if (count <= 0) return ALL
  if (count > filters.length) return NONE
  if (count === 1) return or(filters)
  if (count === filters.length) return and(filters)
  return { kind: 'atLeast', count, filters }
}

/** Every probe of the tree, each leaf once. */
export function probesOf(filter: Filter): readonly TextProbe[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
    case 'atLeast':
      return filter.filters.flatMap(probesOf)
    case 'not':
      return probesOf(filter.filter)
    case 'text':
      return [filter.probe]
    case 'all':
    case 'none':
    case 'test':
    case 'time':
      return []
    default:
      return filter satisfies never
  }
}

/** Tells whether the text engine has a part in finding what the filter is for. */
export function isFoundByText(filter: Filter): boolean {
  return probesOf(filter).length > 0
}

/** Replaces every leaf by what `replace` makes of it and simplifies what is then known. */
export function mapLeaves(
  filter: Filter,
  replace: (leaf: Extract<Filter, { kind: 'text' | 'time' }>) => Filter,
): Filter {
  switch (filter.kind) {
    case 'and':
      return and(filter.filters.map((part) => mapLeaves(part, replace)))
    case 'or':
      return or(filter.filters.map((part) => mapLeaves(part, replace)))
    case 'not':
      return not(mapLeaves(filter.filter, replace))
    case 'atLeast': {
      const parts = filter.filters.map((part) => mapLeaves(part, replace))
      const certain = parts.filter(({ kind }) => kind === 'all').length
      const open = parts.filter(({ kind }) => kind !== 'all' && kind !== 'none')
      return atLeast(filter.count - certain, open)
    }
    case 'text':
    case 'time':
      return replace(filter)
    case 'all':
    case 'none':
    case 'test':
      return filter
    default:
      return filter satisfies never
  }
}

/** The filter as a condition on columns; text leaves must have been replaced before. */
export function conditionOf(filter: Filter): Sql {
  switch (filter.kind) {
    case 'all':
      return TRUE
    case 'none':
      return FALSE
    case 'and':
      return sql`(${joinSql(filter.filters.map(conditionOf), ' AND ')})`
    case 'or':
      return sql`(${joinSql(filter.filters.map(conditionOf), ' OR ')})`
    case 'not':
      return sql`(NOT ${conditionOf(filter.filter)})`
    case 'atLeast': {
      const parts = filter.filters.map((part) => sql`${conditionOf(part)}::INTEGER`)
      return sql`((${joinSql(parts, ' + ')}) >= ${{ type: 'long', value: filter.count }})`
    }
    case 'test':
      return filter.condition
    case 'time':
      return timeCondition(filter.fromMs, filter.toMs)
    case 'text':
      throw new Error('a text filter has no condition before its rows are known')
    default:
      return filter satisfies never
  }
}

function timeCondition(fromMs: number, toMs: number): Sql {
  const timestamp = column('@timestamp')
  const bounds: Sql[] = []
  if (fromMs > FIRST_MS) bounds.push(sql`${timestamp} >= ${dateValue(fromMs)}`)
  // a column may hold microseconds: the last millisecond counts in full
  if (toMs < LAST_MS) bounds.push(sql`${timestamp} < ${dateValue(toMs + 1)}`)
  bounds.push(sql`${timestamp} IS NOT NULL`)
  return sql`(${joinSql(bounds, ' AND ')})`
}
