import {
  and,
  conditionOf,
  type Filter,
  mapLeaves,
  probesOf,
  type TextProbe,
  test,
} from './filter.ts'
import { emptyColumn, membership, type Part, partSpan, partTable } from './part.ts'
import { rowsCondition } from './row-set.ts'
import { type Score, scoreProbes, scoreSql, type WordScores } from './score.ts'
import { column, columnsOf, doubleValue, joinSql, type Sql, sql } from './sql.ts'
import type { ProbeAnswer } from './text-reader.ts'

/** What `computedColumn` stands for in the parts of a scope. */
export type Computed =
  /** A value of each record, of a type in SQL. */
  | { readonly kind: 'value'; readonly expression: Sql; readonly sqlType: string }
  /** Whether a condition holds for the record. */
  | { readonly kind: 'mark'; readonly filter: Filter }
  /** How well the record matches. */
  | { readonly kind: 'score'; readonly score: Score }

/** Parts for which a request was compiled alike. */
export interface Scope {
  readonly parts: readonly Part[]
  readonly filter: Filter
  /** Only records that match at least so well. */
  readonly least?: { readonly score: Score; readonly value: number }
  /** The same number, of the same types, in every scope of a search. */
  readonly computed: readonly Computed[]
}

/** A part whose share of the answer lies in the columns alone: its text filters became row sets. */
export interface ResolvedPart {
  readonly part: Part
  readonly filter: Filter
  readonly computed: readonly Sql[]
  /** Probes that its rows may not satisfy: the texts have to be looked at. */
  readonly doubts: readonly TextProbe[]
}

const COMPUTED = '#'

/** The column that holds, for each record, the `place`-th computed value. */
export function computedColumn(place: number): Sql {
  return column(`${COMPUTED}${place}`)
}

/** Drops what is certain for the part: time bounds around or beside it. */
export function narrowed(filter: Filter, part: Part): Filter {
  const span = partSpan(part)
  return mapLeaves(filter, (leaf) => {
    if (leaf.kind === 'text') return leaf
    if (leaf.fromMs > span.toMs || leaf.toMs < span.fromMs) return { kind: 'none' }
    if (leaf.fromMs <= span.fromMs && leaf.toMs >= span.toMs) return { kind: 'all' }
    return leaf
  })
}

/** What the text engine found in a part. */
export interface Found {
  readonly probes: readonly TextProbe[]
  readonly rows: ProbeAnswer
  readonly scores: WordScores
}

/** Puts the rows that the probes found in place of the text filters. */
export function withRows(filter: Filter, { probes, rows: answers }: Found): Filter {
  return mapLeaves(filter, (leaf) => {
    if (leaf.kind === 'time') return leaf
    const rows = answers[probes.indexOf(leaf.probe)]
    const check: Filter = leaf.check === undefined ? { kind: 'all' } : test(leaf.check)
    if (rows === undefined) return check
    if (rows.length === 0) return { kind: 'none' }
    return and([test(rowsCondition(rows)), check])
  })
}

/** The computed values of a part as expressions on its columns. */
export function computedSql(computed: Computed, part: Part, found: Found): Sql {
  const condition = (filter: Filter) => conditionOf(withRows(narrowed(filter, part), found))
  switch (computed.kind) {
    case 'value':
      return computed.expression
    case 'mark':
      return condition(computed.filter)
    case 'score': {
      const score = scoreSql(computed.score, { condition, scores: found.scores, part })
      // in the precision of Elasticsearch's scores: what ties there ties here
      return sql`(${score})::FLOAT::DOUBLE`
    }
    default:
      return computed satisfies never
  }
}

/** Every probe of a scope, once. */
export function allProbes({ filter, computed, least }: Scope): readonly TextProbe[] {
  const ofLeast = least === undefined ? [] : scoreProbes(least.score)
  return [...new Set([...probesOf(filter), ...computed.flatMap(probesOfComputed), ...ofLeast])]
}

/** What a scope wants the scores of. */
export function scoresOf({ computed, least }: Scope): readonly Score[] {
  const scores = computed.flatMap((one) => (one.kind === 'score' ? [one.score] : []))
  return least === undefined ? scores : [...scores, least.score]
}

/** The filter of a part with the least score that its records must have. */
export function withLeast(filter: Filter, { least }: Scope, part: Part, found: Found): Filter {
  if (least === undefined) return filter
  const score = computedSql({ kind: 'score', score: least.score }, part, found)
  return and([filter, test(sql`(${score} >= ${doubleValue(least.value)})`)])
}

function probesOfComputed(computed: Computed): readonly TextProbe[] {
  if (computed.kind === 'value') return []
  return computed.kind === 'mark' ? probesOf(computed.filter) : scoreProbes(computed.score)
}

/** The rows of a part that match, as a select of `wanted` columns. */
export function partSelect({ part, filter }: ResolvedPart, wanted: readonly Sql[]): Sql {
  const own = membership(part)
  const condition = conditionOf(own === undefined ? filter : and([test(own), filter]))
  const pieces = wanted.length === 0 ? [sql`1`] : wanted
  const used = columnsOf([condition, ...pieces])
  return sql`SELECT ${joinSql(pieces, ', ')} FROM ${partTable(part, used)} WHERE ${condition}`
}

/** Columns and computed values named in `names`, each under its own name, for `FROM records`. */
export function columnSelect(part: ResolvedPart, names: ReadonlySet<string>): readonly Sql[] {
  return [...names].map((name) => {
    const computed = computedOf(part.computed, name)
    return computed === undefined ? column(name) : sql`${computed} AS ${column(name)}`
  })
}

/** Columns `names` of no record at all. */
export function emptySelect(computed: readonly Computed[], names: ReadonlySet<string>): Sql {
  const columns = [...names].map((name) => {
    const own = computedOf(computed, name)
    if (own === undefined) return emptyColumn(name)
    const type = own.kind === 'value' ? own.sqlType : own.kind === 'mark' ? 'BOOLEAN' : 'DOUBLE'
    return sql`${{ texts: [`NULL::${type}`], holes: [] }} AS ${column(name)}`
  })
  return sql`SELECT ${joinSql([sql`1`, ...columns], ', ')} WHERE false`
}

/** What stands behind a column's name when it is a computed one. */
function computedOf<T>(computed: readonly T[], name: string): T | undefined {
  return name.startsWith(COMPUTED) ? computed[Number(name.slice(COMPUTED.length))] : undefined
}
