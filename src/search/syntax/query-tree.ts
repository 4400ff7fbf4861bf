/** A query as a request has it: `{ match: { model: { query: "gpt-4o" } } }`. */
export type QueryTree = Readonly<Record<string, unknown>>

export const MATCH_ALL: QueryTree = { match_all: {} }
export const MATCH_NONE: QueryTree = { match_none: {} }

/** Types whose options stand beside the field's value, within an object named like the field. */
const TYPES_BY_FIELD: ReadonlySet<string> = new Set([
  'match',
  'match_phrase',
  'range',
  'prefix',
  'wildcard',
  'regexp',
  'fuzzy',
])

/** Multiplies what the query adds to a score. */
export function boosted(tree: QueryTree, factor: number): QueryTree {
  const [entry] = Object.entries(tree)
  if (factor === 1 || entry === undefined || entry[0] === 'match_none') return tree
  const [type, body] = entry as [string, QueryTree]
  if (!TYPES_BY_FIELD.has(type)) return { [type]: withBoost(body, factor) }
  const [[field, options] = ['', {}]] = Object.entries(body) as [string, QueryTree][]
  return { [type]: { [field]: withBoost(options, factor) } }
}

function withBoost(options: QueryTree, factor: number): QueryTree {
  const { boost = 1 } = options
  return { ...options, boost: Number(boost) * factor }
}

/** The best of several queries counts, and `tieBreaker` of the others. */
export function disMax(queries: readonly QueryTree[], tieBreaker: number): QueryTree {
  const [only, second] = queries
  if (only === undefined) return MATCH_NONE
  if (second === undefined) return only
  return { dis_max: { queries, ...(tieBreaker !== 0 && { tie_breaker: tieBreaker }) } }
}
