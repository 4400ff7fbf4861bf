import { type Sql, sql } from '../../store/index.ts'
import type { FieldValues } from '../request-columns.ts'

/**
 * All values of the records of a bucket as one value per row would be aggregated: a field with
 * several values per record counts each of them.
 */
export interface Values {
  /** Aggregates the values: `name(value)`, such as `max`, over numbers. */
  over(name: Sql, listName: Sql): Sql
  readonly count: Sql
}

/** How the values of a field are aggregated; `input` may have been limited to some records. */
export function valuesOf(input: Sql, { isList }: Pick<FieldValues, 'isList'>): Values {
  if (!isList) {
    return { over: (name) => sql`${name}(${input})`, count: sql`count(${input})` }
  }
  const all = sql`flatten(list(${input}) FILTER (WHERE ${input} IS NOT NULL))`
  return {
    over: (_, listName) => sql`list_aggregate(${all}, ${listName})`,
    count: sql`coalesce(len(${all}), 0)`,
  }
}
