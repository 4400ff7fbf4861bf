import { ALL } from '../store/index.ts'
import { onlyEntry } from './body-reader.ts'
import { QUERIES } from './queries/index.ts'
import { equally, type Query } from './queries/query-compiler.ts'
import type { Schema } from './schema.ts'
import { illegalOnShard, parsingFailure } from './search-failure.ts'

/** Elasticsearch's `indices.query.bool.max_clause_count`. */
const MAX_CLAUSES = 1_024
/** Elasticsearch's `indices.query.bool.max_nested_depth`. */
const MAX_DEPTH = 30

/**
 * Compiles the `query` of a request; without one every record matches.
 *
 * @throws SearchFailure naming what is wrong or not supported
 */
export function compileQuery(query: unknown, schema: Schema, nowMs: number): Query {
  if (query === undefined || query === null) return equally(ALL)
  return compileAt(query, schema, { nowMs, depth: 0, budget: { clauses: 0 } })
}

interface Place {
  readonly nowMs: number
  readonly depth: number
  readonly budget: { clauses: number }
}

function compileAt(query: unknown, schema: Schema, place: Place): Query {
  const { nowMs, depth, budget } = place
  if (depth > MAX_DEPTH) {
    throw illegalOnShard(`The nested depth of the query exceeds the maximum [${MAX_DEPTH}]`)
  }
  if (++budget.clauses > MAX_CLAUSES) {
    throw illegalOnShard(`too_many_nested_clauses: maxClauseCount is set to ${MAX_CLAUSES}`)
  }
  const [type, body] = onlyEntry(query, 'query')
  const compiler = QUERIES.get(type)
  if (compiler === undefined) throw parsingFailure(`unknown query [${type}]`)
  return compiler(body, {
    nowMs,
    schema,
    compile: (inner, within = schema) => compileAt(inner, within, { ...place, depth: depth + 1 }),
  })
}
