import { indexName } from '../../record/index.ts'
import { databaseName, quoteName, RECORD_COLUMNS, RECORDS_TABLE } from '../days/columns-schema.ts'
import type { DayColumns } from './day-columns.ts'
import {
  and,
  conditionOf,
  type Filter,
  mapLeaves,
  probesOf,
  type TextProbe,
  test,
} from './filter.ts'
import { rowsCondition } from './row-set.ts'
import { column, columnsOf, joinSql, type Sql, sql, textValue } from './sql.ts'
import type { ProbeAnswer } from './text-reader.ts'

/** A day of which some or all indices are searched. */
export interface DayPart {
  readonly columns: DayColumns
  /** Index prefixes that are searched; undefined for all that the day has. */
  readonly prefixes?: readonly string[]
}

/** A day whose part of the answer lies in the columns alone: its text filters became row sets. */
export interface ResolvedDay {
  readonly part: DayPart
  readonly filter: Filter
  readonly marks: readonly Filter[]
}

/** Name of the column that says, for each record, whether the `place`-th mark holds. */
export function markColumn(place: number): Sql {
  return column(`#${place}`)
}

/** Column that is made while reading: the name of the index the record belongs to. */
export const INDEX_COLUMN = '_index'

/** Records of the searched indices in the day, from the catalogue. */
export function rowsInPart({ columns, prefixes }: DayPart): number {
  return columns.prefixes
    .filter(({ prefix }) => prefixes === undefined || prefixes.includes(prefix))
    .reduce((sum, { rows }) => sum + rows, 0)
}

/** Earliest and latest time in the day. */
export function daySpan({ prefixes }: DayColumns): {
  readonly fromMs: number
  readonly toMs: number
} {
  return {
    fromMs: Math.min(...prefixes.map(({ firstMs }) => firstMs)),
    toMs: Math.max(...prefixes.map(({ lastMs }) => lastMs)),
  }
}

/** Drops what is certain for the day: time bounds around or beside it. */
export function narrowed(filter: Filter, columns: DayColumns): Filter {
  const span = daySpan(columns)
  return mapLeaves(filter, (leaf) => {
    if (leaf.kind === 'text') return leaf
    if (leaf.fromMs > span.toMs || leaf.toMs < span.fromMs) return { kind: 'none' }
    if (leaf.fromMs <= span.fromMs && leaf.toMs >= span.toMs) return { kind: 'all' }
    return leaf
  })
}

/** Puts the rows that the probes found in place of the text filters. */
export function withRows(
  filter: Filter,
  probes: readonly TextProbe[],
  answers: ProbeAnswer,
): Filter {
  return mapLeaves(filter, (leaf) => {
    if (leaf.kind === 'time') return leaf
    const rows = answers[probes.indexOf(leaf.probe)]
    const check: Filter = leaf.check === undefined ? { kind: 'all' } : test(leaf.check)
    if (rows === undefined) return check
    if (rows.length === 0) return { kind: 'none' }
    return and([test(rowsCondition(rows)), check])
  })
}

/** Every probe of the filters, once. */
export function allProbes(filters: readonly Filter[]): readonly TextProbe[] {
  return [...new Set(filters.flatMap(probesOf))]
}

/** The rows of a day that match, as a select of `wanted` columns (and marks). */
export function daySelect(day: ResolvedDay, wanted: readonly Sql[]): Sql {
  const condition = conditionOf(withPrefixes(day))
  const pieces = wanted.length === 0 ? [sql`1`] : wanted
  const used = columnsOf([condition, ...pieces])
  return sql`SELECT ${joinSql(pieces, ', ')} FROM ${source(day.part.columns, used)} WHERE ${condition}`
}

/** Columns and marks named in `pieces`, each under its own name, for `FROM records`. */
export function columnSelect(day: ResolvedDay, names: ReadonlySet<string>): readonly Sql[] {
  return [...names].map((name) => {
    const mark = name.startsWith('#') ? day.marks[Number(name.slice(1))] : undefined
    return mark === undefined ? column(name) : sql`${conditionOf(mark)} AS ${column(name)}`
  })
}

function withPrefixes({ part, filter }: ResolvedDay): Filter {
  const { prefixes, columns } = part
  if (prefixes === undefined || prefixes.length === columns.prefixes.length) return filter
  const values = prefixes.map((prefix) => sql`${textValue(prefix)}`)
  return and([filter, test(sql`(${column('index_prefix')} IN (${joinSql(values, ', ')}))`)])
}

function source({ day, missing }: DayColumns, used: ReadonlySet<string>): Sql {
  const table: Sql = { texts: [`${databaseName(day)}.${RECORDS_TABLE}`], holes: [] }
  const added = missing.filter((name) => used.has(name)).map(emptyColumn)
  if (used.has(INDEX_COLUMN)) {
    const end = textValue(indexName('', day))
    added.push(sql`${column('index_prefix')} || ${end} AS ${column(INDEX_COLUMN)}`)
  }
  return added.length === 0 ? table : sql`(SELECT *, ${joinSql(added, ', ')} FROM ${table})`
}

/** A column without values, of the type it has elsewhere. */
export function emptyColumn(name: string): Sql {
  const known = RECORD_COLUMNS.find((definition) => definition.name === name)
  const type = known?.sqlType ?? (name.startsWith('#') ? 'BOOLEAN' : 'VARCHAR')
  return { texts: [`NULL::${type} AS ${quoteName(name)}`], holes: [] }
}
