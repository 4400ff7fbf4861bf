import type { Filter } from '../../store/index.ts'

/** What a query may need besides its own text. */
export interface QueryContext {
  /** The moment that `now` means. */
  readonly nowMs: number
  /**
   * Compiles a query inside of this one.
   *
   * @throws SearchFailure also when queries are nested too deeply or are too many
   */
  compile(query: unknown): Filter
}

/**
 * Compiles the body of one query type (what stands behind its name).
 *
 * @throws SearchFailure for whatever it does not understand
 */
export type QueryCompiler = (body: unknown, context: QueryContext) => Filter
