import { type Filter, probesOf, type TextProbe } from './filter.ts'
import { type Part, tableName } from './part.ts'
import { doubleValue, joinSql, type Sql, sql } from './sql.ts'

/** How well a record that matches a clause matches it, as Elasticsearch scores. */
export type Score =
  | { readonly kind: 'constant'; readonly value: number }
  /** Relevance (BM25) of what a probe looks for in an analysed field. */
  | { readonly kind: 'words'; readonly probe: TextProbe; readonly boost: number }
  /** Rarity (BM25 without lengths) of a value of an exact field. */
  | {
      readonly kind: 'value'
      readonly condition: Sql
      readonly exists: Sql
      readonly boost: number
    }
  /** Parts that the record matches, added or the best of them. */
  | {
      readonly kind: 'sum' | 'best'
      readonly parts: readonly ScoredClause[]
      readonly boost: number
      /** Share of the other parts that counts beside the best. */
      readonly tieBreaker: number
    }

export interface ScoredClause {
  readonly filter: Filter
  readonly score: Score
}

/** Scores of rows by probe; rows that are not listed score 0. */
export type WordScores = ReadonlyMap<
  TextProbe,
  { readonly rows: Float64Array; readonly scores: Float64Array }
>

interface ScoreContext {
  readonly condition: (filter: Filter) => Sql
  readonly scores: WordScores
  readonly part: Part
}

/** BM25's `1 / (1 + k1)` with k1 = 1.2: the weight of one occurrence in a field without lengths. */
const SINGLE_OCCURRENCE = 1 / 2.2

/** Probes whose rows, or scores, the score needs. */
export function scoreProbes(score: Score): readonly TextProbe[] {
  switch (score.kind) {
    case 'constant':
    case 'value':
      return []
    case 'words':
      return [score.probe]
    case 'sum':
    case 'best':
      return score.parts.flatMap((part) => [...probesOf(part.filter), ...scoreProbes(part.score)])
    default:
      return score satisfies never
  }
}

/** Probes for which the text engine has to score its rows. */
export function scoredProbes(score: Score): readonly TextProbe[] {
  if (score.kind === 'words') return [score.probe]
  return score.kind === 'sum' || score.kind === 'best'
    ? score.parts.flatMap((part) => scoredProbes(part.score))
    : []
}

/** The score as an expression over the records of a part; it is 0 for one that does not match. */
export function scoreSql(score: Score, context: ScoreContext): Sql {
  switch (score.kind) {
    case 'constant':
      return sql`${doubleValue(score.value)}`
    case 'value':
      return valueScore(score, context.part)
    case 'words':
      return wordScore(score, context.scores)
    case 'sum':
    case 'best':
      return unitedScore(score, context)
    default:
      return score satisfies never
  }
}

/** Inverse document frequency as Lucene has it: `ln(1 + (N - n + 0.5) / (n + 0.5))`. */
function valueScore({ condition, exists, boost }: Extract<Score, { kind: 'value' }>, part: Part) {
  const weight = doubleValue(boost * SINGLE_OCCURRENCE)
  return sql`(CASE WHEN ${condition} THEN ${weight} *
    (SELECT ln(1 + (count(*) FILTER (WHERE ${exists}) - count(*) FILTER (WHERE ${condition}) + 0.5)
      / (count(*) FILTER (WHERE ${condition}) + 0.5)) FROM ${tableName(part)}) ELSE 0 END)`
}

function wordScore({ probe, boost }: Extract<Score, { kind: 'words' }>, scores: WordScores): Sql {
  const found = scores.get(probe)
  if (found === undefined || found.rows.length === 0) return sql`0::DOUBLE`
  const rows = { type: 'text', value: Array.from(found.rows).join(',') } as const
  const values = { type: 'text', value: Array.from(found.scores).join(',') } as const
  return sql`(coalesce(map(string_split(${rows}, ',')::BIGINT[], string_split(${values}, ',')::DOUBLE[])[${{ type: 'column', name: 'row' }}], 0) * ${doubleValue(boost)})`
}

function unitedScore(
  { kind, parts, boost, tieBreaker }: Extract<Score, { kind: 'sum' | 'best' }>,
  context: ScoreContext,
): Sql {
  const pieces = parts.map(({ filter, score }) => {
    const value = scoreSql(score, context)
    return filter.kind === 'all'
      ? value
      : sql`(CASE WHEN ${context.condition(filter)} THEN ${value} ELSE 0 END)`
  })
  const [first] = pieces
  if (first === undefined) return sql`0::DOUBLE`
  const all = joinSql(pieces, ' + ')
  const weight = doubleValue(boost)
  if (kind === 'sum') return sql`((${all}) * ${weight})`
  const best = pieces.length === 1 ? first : sql`greatest(${joinSql(pieces, ', ')})`
  if (tieBreaker === 0) return sql`(${best} * ${weight})`
  const tie = doubleValue(tieBreaker)
  return sql`((${best} + (${all} - ${best}) * ${tie}) * ${weight})`
}
