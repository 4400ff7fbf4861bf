import { type Computed, columnSelect, emptySelect, partSelect, type ResolvedPart } from './scope.ts'
import { columnsOf, type Sql, sql, unionSql } from './sql.ts'

/** The records that a statement reads `FROM records`. */
interface RecordsSource {
  readonly parts: readonly ResolvedPart[]
  /** Tells the types of computed columns where no part has any. */
  readonly computed: readonly Computed[]
}

/** A statement over the records. */
export function tableSql(source: RecordsSource, select: Sql): Sql {
  return sql`WITH records AS (${recordsSql(source, columnsOf([select]))}) ${select}`
}

/** The records with the columns `names`. */
export function recordsSql({ parts, computed }: RecordsSource, names: ReadonlySet<string>): Sql {
  return parts.length === 0
    ? emptySelect(computed, names)
    : unionSql(parts.map((part) => partSelect(part, columnSelect(part, names))))
}
