import { confirmed } from './confirm.ts'
import type { Deadline } from './deadline.ts'
import { probesOf } from './filter.ts'
import { type Part, partKey, partSpan } from './part.ts'
import type { Resolver } from './resolver.ts'
import type { Cell } from './row-conversion.ts'
import { columnSelect, partSelect, type ResolvedPart, type Scope } from './scope.ts'
import type { ColumnsSource, TextSource } from './sources.ts'
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
  /** Of all records that have the same value here only the first is on a page; null is a value. */
  readonly collapse?: Sql
  /** Further values of each record of the page. */
  readonly values?: readonly Sql[]
  readonly deadline: Deadline
}

/** A record of a page with the values of its sort keys. */
export interface PageEntry {
  readonly part: Part
  readonly row: number
  readonly sort: readonly Cell[]
  readonly values: readonly Cell[]
  /** What it was collapsed by. */
  readonly group?: Cell
}

interface PageSources {
  readonly columns: ColumnsSource
  readonly text: TextSource
  readonly resolver: Resolver
}

/** Candidates read at a time for each record that is wanted; more when few of them match. */
const CANDIDATES_FACTOR = 3
const MOST_CANDIDATES = 5_000

/** Finds the records of a page, in order. Records of equal keys are ordered by part and row. */
export async function readPage(
  sources: PageSources,
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
    const more = await readBatch(sources, batch, { request, ranks, wanted })
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
  { columns, text, resolver }: PageSources,
  batch: readonly ScopedPart[],
  { request, ranks, wanted }: BatchContext,
): Promise<readonly PageEntry[]> {
  const { deadline } = request
  const scopes = [...Map.groupBy(batch, ({ scope }) => scope)].map(([scope, members]) => ({
    ...scope,
    parts: members.map(({ part }) => part),
  }))
  // of a group's records the first has to be known, so that all of them have to be certain
  const certainty = request.collapse === undefined ? 'candidates' : 'certain'
  const resolved = await Promise.all(
    scopes.map((scope) => resolver.resolve(scope, deadline, certainty)),
  )
  const parts = resolved.flat()
  if (parts.length === 0) return []
  const read = (window: Window) => readEntries(columns, parts, { request, ranks }, window)
  if (parts.every(({ doubts }) => doubts.length === 0)) return read({ offset: 0, limit: wanted })
  const found: PageEntry[] = []
  let window = { offset: 0, limit: wanted * CANDIDATES_FACTOR }
  for (;;) {
    const entries = await read(window)
    found.push(...(await confirmed(text, entries, parts, deadline)))
    if (found.length >= wanted || entries.length < window.limit) return found
    const limit = Math.min(window.limit * 2, MOST_CANDIDATES)
    window = { offset: window.offset + entries.length, limit }
  }
}

interface Window {
  readonly offset: number
  readonly limit: number
}

async function readEntries(
  columns: ColumnsSource,
  parts: readonly ResolvedPart[],
  { request, ranks }: Omit<BatchContext, 'wanted'>,
  window: Window,
): Promise<readonly PageEntry[]> {
  const statement = pageSelect(parts, request, ranks, window)
  const rows = await columns.query(renderSql(statement), request.deadline.leftMs())
  const byRank = new Map(parts.map(({ part }) => [ranks.get(partKey(part)), part]))
  const { sort, values = [], collapse } = request
  return rows.map(([rank, row, ...cells]) => {
    const further = cells.slice(sort.length)
    return {
      part: byRank.get(Number(rank))!,
      row: Number(row),
      sort: cells.slice(0, sort.length),
      values: further.slice(0, values.length),
      ...(collapse !== undefined && { group: further[values.length] ?? null }),
    }
  })
}

function pageSelect(
  parts: readonly ResolvedPart[],
  request: PageRequest,
  ranks: Ranks,
  { offset, limit }: Window,
): Sql {
  const { sort, after, tiesDescending, collapse, values: further = [] } = request
  const keys = sort.map((_, place) => name(`s${place}`))
  const beside = collapse === undefined ? further : [...further, collapse]
  const used = new Set(columnsOf([...sort.map(({ expression }) => expression), ...beside]))
  used.delete('row')
  const selects = parts.map((part) =>
    partSelect(part, [
      sql`${integer(ranks.get(partKey(part.part))!)} AS part`,
      column('row'),
      ...columnSelect(part, used),
    ]),
  )
  const values = [
    ...sort.map(({ expression }, place) => sql`${expression} AS ${keys[place]!}`),
    ...beside.map((expression, place) => sql`${expression} AS ${name(`v${place}`)}`),
  ]
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
  const first =
    collapse === undefined
      ? sql``
      : sql`QUALIFY row_number() OVER (PARTITION BY ${name(`v${further.length}`)} ORDER BY ${all}) = 1`
  return sql`SELECT * FROM (${limited}) ${first} ORDER BY ${all} LIMIT ${integer(limit)} OFFSET ${integer(offset)}`
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
  { sort, tiesDescending, collapse }: PageRequest,
  ranks: Ranks,
): readonly PageEntry[] {
  if (a.length === 0) return b
  const merged = [...a, ...b].sort((left, right) => {
    for (const [place, key] of sort.entries()) {
      const order = compare(left.sort[place] ?? null, right.sort[place] ?? null, key)
      if (order !== 0) return order
    }
    const parts = ranks.get(partKey(left.part))! - ranks.get(partKey(right.part))!
    const order = parts === 0 ? left.row - right.row : parts
    return tiesDescending ? -order : order
  })
  return collapse === undefined ? merged : firstOfEach(merged)
}

function firstOfEach(entries: readonly PageEntry[]): readonly PageEntry[] {
  const seen = new Set<Cell | undefined>()
  return entries.filter(({ group }) => {
    const isNew = !seen.has(group)
    seen.add(group)
    return isNew
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
