import type { Deadline } from './deadline.ts'
import { probesOf } from './filter.ts'
import { type Part, partKey, partSpan } from './part.ts'
import type { Resolver } from './resolver.ts'
import type { Cell } from './row-conversion.ts'
import { columnSelect, partSelect, type ResolvedPart, type Scope } from './scope.ts'
import type { ColumnsSource } from './sources.ts'
import {
  column,
  columnsOf,
  FALSE,
  integer,
  joinSql,
  longValue,
  name,
  renderSql,
  type Sql,
  type SqlValue,
  sql,
  unionSql,
} from './sql.ts'

/** More rows than any part has: the place of a document among all is `part * PART_ROWS + row`. */
const PART_ROWS = 2 ** 43

/** Place of a record among all parts of a search, to page through them in a fixed order. */
export const RECORD_PLACE: Sql = sql`(part::BIGINT * ${integer(PART_ROWS)} + ${column('row')})`

export interface SortKey {
  /** Over the computed columns of the scopes. */
  readonly expression: Sql
  readonly descending: boolean
  /** Records without value come first; otherwise last, whatever the direction. */
  readonly missingFirst: boolean
  /** Set when the key is `@timestamp` itself: then days are read in order, only as many as needed. */
  readonly byTime?: true
}

/** Where a page that was answered ended. */
export interface PageEnd {
  /** Values of the sort keys of the last record; null where it had none. */
  readonly values: readonly (SqlValue | null)[]
  /** The last record itself; absent when a client only has the values. */
  readonly at?: { readonly part: string; readonly row: number }
}

export interface PageRequest {
  readonly scopes: readonly Scope[]
  readonly sort: readonly SortKey[]
  /** Whether records of equal keys come in the order of their parts and rows, or against it. */
  readonly tiesDescending: boolean
  readonly from: number
  readonly size: number
  readonly after?: PageEnd
  readonly deadline: Deadline
}

/** A record of a page with the values of its sort keys. */
export interface PageEntry {
  readonly part: Part
  readonly row: number
  readonly sort: readonly Cell[]
}

/** Finds the records of a page, in order. Records of equal keys are ordered by part and row. */
export async function readPage(
  columns: ColumnsSource,
  resolver: Resolver,
  request: PageRequest,
): Promise<readonly PageEntry[]> {
  if (request.size === 0) return []
  const wanted = request.from + request.size
  const parts = request.scopes.flatMap((scope) => scope.parts.map((part) => ({ scope, part })))
  const ranks = ranksOf(parts.map(({ part }) => part))
  const [first] = request.sort
  const isByTime = first?.byTime === true
  const ordered = isByTime ? inTimeOrder(parts, first.descending) : [parts]
  let found: readonly PageEntry[] = []
  for (const batch of batches(ordered, steps(request.scopes))) {
    if (isByTime && isComplete(found, wanted, batch, first.descending)) break
    const more = await readBatch(columns, resolver, batch, { request, ranks, wanted })
    found = merge(found, more, request, ranks).slice(0, wanted)
  }
  return found.slice(request.from)
}

interface ScopedPart {
  readonly scope: Scope
  readonly part: Part
}

/** Place of each part among all, by key. */
type Ranks = ReadonlyMap<string, number>

function ranksOf(parts: readonly Part[]): Ranks {
  const ordered = [...parts].sort((a, b) => (orderName(a) < orderName(b) ? -1 : 1))
  return new Map(ordered.map((part, place) => [partKey(part), place]))
}

function orderName(part: Part): string {
  return part.kind === 'day' ? part.columns.day : part.name
}

function inTimeOrder(
  parts: readonly ScopedPart[],
  descending: boolean,
): readonly (readonly ScopedPart[])[] {
  return [...parts]
    .sort((a, b) => {
      const [left, right] = [partSpan(a.part), partSpan(b.part)]
      const [x, y] = descending ? [right.toMs, left.toMs] : [left.fromMs, right.fromMs]
      return x === y ? 0 : x - y
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
function steps(scopes: readonly Scope[]): Steps {
  const probes = scopes.flatMap(({ filter }) => probesOf(filter))
  if (probes.length === 0) return { first: 1, factor: 2 }
  if (probes.every(({ kind }) => kind === 'id'))
    return { first: Number.MAX_SAFE_INTEGER, factor: 1 }
  return { first: 2, factor: 7 }
}

function* batches(
  ordered: readonly (readonly ScopedPart[])[],
  { first, factor }: Steps,
): Generator<readonly ScopedPart[]> {
  let size = first
  for (let start = 0; start < ordered.length; ) {
    yield ordered.slice(start, start + size).flat()
    start += size
    size *= factor
  }
}

/** Tells whether nothing in the parts that are left can come before what was found. */
function isComplete(
  found: readonly PageEntry[],
  wanted: number,
  left: readonly ScopedPart[],
  descending: boolean,
): boolean {
  const last = found[wanted - 1]
  const next = left[0]
  if (last === undefined || next === undefined) return false
  const time = last.sort[0]
  if (typeof time !== 'number') return false
  const span = partSpan(next.part)
  return descending ? time > span.toMs : time < span.fromMs
}

interface BatchContext {
  readonly request: PageRequest
  readonly ranks: Ranks
  readonly wanted: number
}

async function readBatch(
  columns: ColumnsSource,
  resolver: Resolver,
  batch: readonly ScopedPart[],
  { request, ranks, wanted }: BatchContext,
): Promise<readonly PageEntry[]> {
  const scopes = [...Map.groupBy(batch, ({ scope }) => scope)].map(([scope, members]) => ({
    ...scope,
    parts: members.map(({ part }) => part),
  }))
  const resolved = await Promise.all(
    scopes.map((scope) => resolver.resolve(scope, request.deadline)),
  )
  const parts = resolved.flat()
  if (parts.length === 0) return []
  const statement = pageSelect(parts, request, ranks, wanted)
  const rows = await columns.query(renderSql(statement), request.deadline.leftMs())
  const byRank = new Map(parts.map(({ part }) => [ranks.get(partKey(part)), part]))
  return rows.map(([rank, row, ...values]) => ({
    part: byRank.get(Number(rank))!,
    row: Number(row),
    sort: values,
  }))
}

function pageSelect(
  parts: readonly ResolvedPart[],
  { sort, after, tiesDescending }: PageRequest,
  ranks: Ranks,
  limit: number,
): Sql {
  const keys = sort.map((_, place) => name(`s${place}`))
  const used = new Set(columnsOf(sort.map(({ expression }) => expression)))
  used.delete('row')
  const selects = parts.map((part) =>
    partSelect(part, [
      sql`${integer(ranks.get(partKey(part.part))!)} AS part`,
      column('row'),
      ...columnSelect(part, used),
    ]),
  )
  const values = sort.map(({ expression }, place) => sql`${expression} AS ${keys[place]!}`)
  const rows = sql`SELECT ${joinSql([sql`part`, column('row'), ...values], ', ')} FROM (${unionSql(selects)})`
  const order = sort.map(
    ({ descending, missingFirst }, key): Sql =>
      sql`${keys[key]!} ${direction(descending)} ${missingFirst ? NULLS_FIRST : NULLS_LAST}`,
  )
  const ties = direction(tiesDescending)
  const all = joinSql([...order, sql`part ${ties}`, sql`${column('row')} ${ties}`], ', ')
  const limited =
    after === undefined
      ? rows
      : sql`SELECT * FROM (${rows}) WHERE ${afterCondition(sort, keys, after, ranks, tiesDescending)}`
  return sql`SELECT * FROM (${limited}) ORDER BY ${all} LIMIT ${integer(limit)}`
}

const NULLS_FIRST = sql`NULLS FIRST`
const NULLS_LAST = sql`NULLS LAST`

function direction(descending: boolean): Sql {
  return descending ? sql`DESC` : sql`ASC`
}

/** Behind the given values: behind in the first key, or equal there and behind in the next. */
function afterCondition(
  sort: readonly SortKey[],
  keys: readonly Sql[],
  { values, at }: PageEnd,
  ranks: Ranks,
  tiesDescending: boolean,
): Sql {
  const equal = keys.map((key, place) => equals(key, values[place] ?? null))
  const alternatives = sort.map((key, place) =>
    allOf([...equal.slice(0, place), behind(key, keys[place]!, values[place] ?? null)]),
  )
  if (at !== undefined) {
    const rank = integer(ranks.get(at.part) ?? -1)
    const row = longValue(at.row)
    const own = column('row')
    const further = tiesDescending
      ? sql`(part < ${rank} OR (part = ${rank} AND ${own} < ${row}))`
      : sql`(part > ${rank} OR (part = ${rank} AND ${own} > ${row}))`
    alternatives.push(allOf([...equal, further]))
  }
  return alternatives.length === 0 ? FALSE : sql`(${joinSql(alternatives, ' OR ')})`
}

function allOf(conditions: readonly Sql[]): Sql {
  return sql`(${joinSql(conditions, ' AND ')})`
}

function equals(key: Sql, value: SqlValue | null): Sql {
  return value === null ? sql`(${key} IS NULL)` : sql`coalesce(${key} = ${value}, false)`
}

function behind({ descending, missingFirst }: SortKey, key: Sql, value: SqlValue | null): Sql {
  if (value === null) return missingFirst ? sql`(${key} IS NOT NULL)` : FALSE
  const compared = descending ? sql`${key} < ${value}` : sql`${key} > ${value}`
  const later = sql`coalesce(${compared}, false)`
  return missingFirst ? later : sql`(${later} OR ${key} IS NULL)`
}

function merge(
  a: readonly PageEntry[],
  b: readonly PageEntry[],
  { sort, tiesDescending }: PageRequest,
  ranks: Ranks,
): readonly PageEntry[] {
  if (a.length === 0) return b
  return [...a, ...b].sort((left, right) => {
    for (const [place, key] of sort.entries()) {
      const order = compare(left.sort[place] ?? null, right.sort[place] ?? null, key)
      if (order !== 0) return order
    }
    const parts = ranks.get(partKey(left.part))! - ranks.get(partKey(right.part))!
    const order = parts === 0 ? left.row - right.row : parts
    return tiesDescending ? -order : order
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
