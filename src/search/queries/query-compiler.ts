import type { Filter, Score } from '../../store/index.ts'
import type { Schema } from '../schema.ts'

/** A compiled query: which records match, and how well one does that matches. */
export interface Query {
  readonly filter: Filter
  readonly score: Score
}

/** What a query may need besides its own text. */
export interface QueryContext {
  /** The moment that `now` means. */
  readonly nowMs: number
  /** The fields of the parts that are searched. */
  readonly schema: Schema
  /**
   * Compiles a query inside of this one, over the fields of `schema` when that is another.
   *
   * @throws SearchFailure also when queries are nested too deeply or are too many
   */
  compile(query: unknown, schema?: Schema): Query
}

/**
 * Compiles the body of one query type (what stands behind its name).
 *
 * @throws SearchFailure for whatever it does not understand
 */
export type QueryCompiler = (body: unknown, context: QueryContext) => Query

/** A query all of whose records match equally well. */
export function equally(filter: Filter, boost = 1): Query {
  return { filter, score: { kind: 'constant', value: boost } }
}
