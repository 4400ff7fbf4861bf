import { type Filter, probesOf, type TextProbe } from './filter.ts'
import { membership, type Part, partTable } from './part.ts'
import { column, columnsOf, doubleValue, joinSql, type Sql, sql, textValue } from './sql.ts'

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
      /** Number of different values of a record, where one may have several. */
      readonly count?: Sql
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

type ValueScore = Extract<Score, { kind: 'value' }>

interface ScoreContext {
  readonly condition: (filter: Filter) => Sql
  readonly scores: WordScores
  readonly part: Part
}

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

/**
 * Inverse document frequency as Lucene has it, `ln(1 + (N - n + 0.5) / (n + 0.5))`. Where records
 * have several values, those of the others count as the length of a usual one.
 */
function valueScore({ condition, exists, count, boost }: ValueScore, part: Part): Sql {
  const found = sql`count(*) FILTER (WHERE ${condition})`
  const all = sql`count(*) FILTER (WHERE ${exists})`
  const rarity = sql`ln(1 + (${all} - ${found} + 0.5) / (${found} + 0.5))`
  // BM25 with k1 = 1.2 and b = 0.75 of one occurrence in a field of length one
  const weight =
    count === undefined
      ? rarity
      : sql`${rarity} * 2.2 / (1.3 + 0.9 * ${all} / greatest(sum(${count}), 1))`
  const own = membership(part)
  const there = own === undefined ? sql`` : sql`WHERE ${own}`
  const names = columnsOf([condition, exists, ...(count === undefined ? [] : [count])])
  return sql`(CASE WHEN ${condition} THEN ${doubleValue(boost)} *
    (SELECT ${weight} FROM ${partTable(part, names)} ${there}) ELSE 0 END)`
}

function wordScore({ probe, boost }: Extract<Score, { kind: 'words' }>, scores: WordScores): Sql {
  const found = scores.get(probe)
  if (found === undefined || found.rows.length === 0) return sql`0::DOUBLE`
  const rows = textValue(Array.from(found.rows).join(','))
  const values = textValue(Array.from(found.scores).join(','))
  // a subquery becomes a join; a lookup in a map would go through all of it for every record
  const own = sql`SELECT any_value(score) FROM (
    SELECT unnest(string_split(${rows}, ',')::BIGINT[]) AS scored,
      unnest(string_split(${values}, ',')::DOUBLE[]) AS score) WHERE scored = ${column('row')}`
  return sql`(coalesce((${own}), 0) * ${doubleValue(boost)})`
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
  const weight = doubleValue(boost)
  if (pieces.length === 1) return sql`(${first} * ${weight})`
  if (kind === 'sum') return sql`((${joinSql(pieces, ' + ')}) * ${weight})`
  if (tieBreaker === 0) return sql`(greatest(${joinSql(pieces, ', ')}) * ${weight})`
  const tie = doubleValue(tieBreaker)
  // each part stands here once: what is nested would otherwise double with every level
  const best = sql`list_max(scores) + (list_sum(scores) - list_max(scores)) * ${tie}`
  return sql`(list_transform([[${joinSql(pieces, ', ')}]], lambda scores: ${best})[1] * ${weight})`
}
