import type { DayColumns } from './day-columns.ts'
import type { Deadline } from './deadline.ts'
import { and, type Filter, or, probesOf, test } from './filter.ts'
import type { Resolver } from './resolver.ts'
import type { Cell } from './row-conversion.ts'
import { type DayPart, daySelect, daySpan, type ResolvedDay } from './scope.ts'
import type { ColumnsSource } from './sources.ts'
import {
  column,
  integer,
  joinSql,
  name,
  renderSql,
  type Sql,
  type SqlValue,
  sql,
  unionSql,
} from './sql.ts'

export interface SortKey {
  readonly expression: Sql
  readonly descending: boolean
  /** Records without value come first; otherwise last, whatever the direction. */
  readonly missingFirst: boolean
  /** Set when the key is `@timestamp` itself: then days are read in order, only as many as needed. */
  readonly byTime?: true
}

export interface PageRequest {
  readonly filter: Filter
  readonly sort: readonly SortKey[]
  readonly from: number
  readonly size: number
  /** Values of the sort keys of the record after which the page begins; null where it had none. */
  readonly after?: readonly (SqlValue | null)[]
  readonly deadline: Deadline
}

/** A record of a page with the values of its sort keys. */
export interface PageEntry {
  readonly day: DayColumns
  readonly row: number
  readonly sort: readonly Cell[]
}

/** Finds the records of a page, in order. Records of equal keys are ordered by day and row. */
export async function readPage(
  columns: ColumnsSource,
  resolver: Resolver,
  parts: readonly DayPart[],
  request: PageRequest,
): Promise<readonly PageEntry[]> {
  const wanted = request.from + request.size
  if (request.size === 0) return []
  const [first] = request.sort
  const ordered = first?.byTime === true ? inTimeOrder(parts, first.descending) : [parts]
  let found: readonly PageEntry[] = []
  for (const batch of batches(ordered, steps(request.filter))) {
    if (first?.byTime === true && isComplete(found, wanted, batch, first.descending)) break
    const more = await readBatch(columns, resolver, batch, request, wanted)
    found = merge(found, more, request.sort).slice(0, wanted)
  }
  return found.slice(request.from)
}

function inTimeOrder(
  parts: readonly DayPart[],
  descending: boolean,
): readonly (readonly DayPart[])[] {
  return [...parts]
    .sort((a, b) => {
      const [left, right] = [daySpan(a.columns), daySpan(b.columns)]
      return descending ? right.toMs - left.toMs : left.fromMs - right.fromMs
    })
    .map((part) => [part])
}

interface Steps {
  readonly first: number
  readonly factor: number
}

/**
 * How many days are read at a time. The first days often have all that is wanted; what the text
 * engine looks up is rarer and cheaper to look up, ids most of all.
 */
function steps(filter: Filter): Steps {
  const probes = probesOf(filter)
  if (probes.length === 0) return { first: 1, factor: 2 }
  if (probes.every(({ kind }) => kind === 'id'))
    return { first: Number.MAX_SAFE_INTEGER, factor: 1 }
  return { first: 2, factor: 7 }
}

function* batches(
  ordered: readonly (readonly DayPart[])[],
  { first, factor }: Steps,
): Generator<readonly DayPart[]> {
  let size = first
  for (let start = 0; start < ordered.length; ) {
    yield ordered.slice(start, start + size).flat()
    start += size
    size *= factor
  }
}

/** Tells whether nothing in the days that are left can come before what was found. */
function isComplete(
  found: readonly PageEntry[],
  wanted: number,
  left: readonly DayPart[],
  descending: boolean,
): boolean {
  const last = found[wanted - 1]
  const next = left[0]
  if (last === undefined || next === undefined) return false
  const time = last.sort[0]
  if (typeof time !== 'number') return false
  const span = daySpan(next.columns)
  return descending ? time > span.toMs : time < span.fromMs
}

async function readBatch(
  columns: ColumnsSource,
  resolver: Resolver,
  parts: readonly DayPart[],
  { filter, sort, after, deadline }: PageRequest,
  wanted: number,
): Promise<readonly PageEntry[]> {
  const limited = after === undefined ? filter : and([filter, afterFilter(sort, after)])
  const resolved = await resolver.resolve(parts, { filter: limited, marks: [], deadline })
  const days = [...resolved].sort((a, b) => (a.part.columns.day < b.part.columns.day ? 1 : -1))
  if (days.length === 0) return []
  const rows = await columns.query(renderSql(pageSelect(days, sort, wanted)), deadline.leftMs())
  return rows.map(([place, row, ...values]) => ({
    day: days[Number(place)]!.part.columns,
    row: Number(row),
    sort: values,
  }))
}

function pageSelect(days: readonly ResolvedDay[], sort: readonly SortKey[], limit: number): Sql {
  const aliases = sort.map((_, place) => name(`s${place}`))
  const selects = days.map((day, place) =>
    daySelect(day, [
      sql`${integer(place)} AS day`,
      column('row'),
      ...sort.map(({ expression }, key) => sql`${expression} AS ${aliases[key]!}`),
    ]),
  )
  const order = sort.map(
    ({ descending, missingFirst }, key): Sql =>
      sql`${aliases[key]!} ${direction(descending)} ${missingFirst ? NULLS_FIRST : NULLS_LAST}`,
  )
  const ties = direction(sort[0]?.descending ?? true)
  // days come newest first, so that a smaller place is a later day
  const dayOrder = direction(!(sort[0]?.descending ?? true))
  const all = joinSql([...order, sql`day ${dayOrder}`, sql`${column('row')} ${ties}`], ', ')
  return sql`SELECT * FROM (${unionSql(selects)}) ORDER BY ${all} LIMIT ${integer(limit)}`
}

const NULLS_FIRST = sql`NULLS FIRST`
const NULLS_LAST = sql`NULLS LAST`

function direction(descending: boolean): Sql {
  return descending ? sql`DESC` : sql`ASC`
}

/** Records behind the given values: behind in the first key, or equal there and behind in the next. */
function afterFilter(sort: readonly SortKey[], values: readonly (SqlValue | null)[]): Filter {
  const alternatives = sort.map((key, place) => {
    const equal = sort.slice(0, place).map((earlier, at) => equals(earlier, values[at] ?? null))
    return and([...equal, behind(key, values[place] ?? null)])
  })
  return or(alternatives)
}

function equals({ expression }: SortKey, value: SqlValue | null): Filter {
  return value === null
    ? test(sql`(${expression} IS NULL)`)
    : test(sql`coalesce(${expression} = ${value}, false)`)
}

function behind({ expression, descending, missingFirst }: SortKey, value: SqlValue | null): Filter {
  if (value === null)
    return missingFirst ? test(sql`(${expression} IS NOT NULL)`) : { kind: 'none' }
  const compared = descending ? sql`${expression} < ${value}` : sql`${expression} > ${value}`
  const later = test(sql`coalesce(${compared}, false)`)
  return missingFirst ? later : or([later, test(sql`(${expression} IS NULL)`)])
}

function merge(
  a: readonly PageEntry[],
  b: readonly PageEntry[],
  sort: readonly SortKey[],
): readonly PageEntry[] {
  if (a.length === 0) return b
  const descending = sort[0]?.descending ?? true
  return [...a, ...b].sort((left, right) => {
    for (const [place, key] of sort.entries()) {
      const order = compare(left.sort[place] ?? null, right.sort[place] ?? null, key)
      if (order !== 0) return order
    }
    const order =
      left.day === right.day ? left.row - right.row : left.day.day < right.day.day ? -1 : 1
    return descending ? -order : order
  })
}

function compare(a: Cell, b: Cell, { descending, missingFirst }: SortKey): number {
  if (a === null || b === null) {
    if (a === b) return 0
    return (a === null) === missingFirst ? -1 : 1
  }
  if (a === b) return 0
  const order = typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : a < b ? -1 : 1
  return descending ? -order : order
}

/** As the engine compares: by bytes of UTF-8, which is by code point. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
