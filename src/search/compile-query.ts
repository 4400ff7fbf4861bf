import { ALL, type Filter } from '../store/index.ts'
import { onlyEntry } from './body-reader.ts'
import { QUERIES } from './queries/index.ts'
import { illegalOnShard, parsingFailure } from './search-failure.ts'

/** Elasticsearch's `indices.query.bool.max_clause_count`. */
const MAX_CLAUSES = 1_024
/** Elasticsearch's `indices.query.bool.max_nested_depth`. */
const MAX_DEPTH = 20

/**
 * Compiles the `query` of a request; without one every record matches.
 *
 * @throws SearchFailure naming what is wrong or not supported
 */
export function compileQuery(query: unknown, nowMs: number): Filter {
  if (query === undefined || query === null) return ALL
  const budget = { clauses: 0 }
  return compileAt(query, nowMs, 0, budget)
}

function compileAt(
  query: unknown,
  nowMs: number,
  depth: number,
  budget: { clauses: number },
): Filter {
  if (depth > MAX_DEPTH) {
    throw illegalOnShard(`The nested depth of the query exceeds the maximum [${MAX_DEPTH}]`)
  }
  if (++budget.clauses > MAX_CLAUSES) {
    throw illegalOnShard(`too_many_nested_clauses: maxClauseCount is set to ${MAX_CLAUSES}`)
  }
  const [type, body] = onlyEntry(query, 'query')
  const compiler = QUERIES.get(type)
  if (compiler === undefined) throw parsingFailure(`unknown query [${type}] or not supported`)
  return compiler(body, {
    nowMs,
    compile: (inner) => compileAt(inner, nowMs, depth + 1, budget),
  })
}
