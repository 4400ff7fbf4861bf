import { indexName } from '../record/index.ts'
import type { DayColumns, DayPart } from '../store/index.ts'
import { dateFormat } from './date-format.ts'
import { parseDate } from './date-math.ts'
import { indexNotFound, SearchFailure } from './search-failure.ts'
import { UTC } from './time-zone.ts'

export interface IndexOptions {
  /** A name without index is passed over instead of refused. */
  readonly ignoreUnavailable: boolean
  /** A pattern that fits nothing is well. */
  readonly allowNoIndices: boolean
  readonly nowMs: number
}

/** An index: the records of one prefix in one day. */
export interface IndexEntry {
  readonly name: string
  readonly prefix: string
  readonly day: DayColumns
}

/** Every index of the store, newest day first. */
function indicesOf(days: readonly DayColumns[]): readonly IndexEntry[] {
  return days.flatMap((day) =>
    day.prefixes.map(({ prefix }) => ({ name: indexName(prefix, day.day), prefix, day })),
  )
}

/**
 * Finds the indices that an expression names: names, `*` patterns, `-exclusions` behind a
 * pattern, date math `<name-{now/d}>`, comma lists; empty and `_all` are all.
 *
 * @throws SearchFailure index_not_found_exception
 */
export function resolveIndices(
  expression: string,
  days: readonly DayColumns[],
  options: IndexOptions,
): readonly IndexEntry[] {
  const all = indicesOf(days)
  if (expression === '' || expression === '_all' || expression === '*') return all
  const chosen = new Set<IndexEntry>()
  let sawPattern = false
  for (const part of expression.split(',').map((text) => text.trim())) {
    if (sawPattern && part.startsWith('-')) {
      for (const entry of matching(all, part.slice(1))) chosen.delete(entry)
      continue
    }
    const name = part.startsWith('<') ? withDate(part, options.nowMs) : part
    checkName(name)
    const found = matching(all, name === '_all' ? '*' : name)
    const isPattern = name.includes('*') || name === '_all'
    sawPattern ||= isPattern
    const missing = isPattern ? !options.allowNoIndices : !options.ignoreUnavailable
    if (found.length === 0 && missing) throw indexNotFound(name)
    for (const entry of found) chosen.add(entry)
  }
  return all.filter((entry) => chosen.has(entry))
}

/** The days of the indices with the prefixes that are searched in each. */
export function dayParts(entries: readonly IndexEntry[]): readonly DayPart[] {
  return [...Map.groupBy(entries, ({ day }) => day)].map(([columns, ofDay]) =>
    ofDay.length === columns.prefixes.length
      ? { columns }
      : { columns, prefixes: ofDay.map(({ prefix }) => prefix) },
  )
}

function matching(all: readonly IndexEntry[], pattern: string): readonly IndexEntry[] {
  // a name without day stands for all days, as writing to it finds the day by itself
  if (!pattern.includes('*')) {
    return all.filter(({ name, prefix }) => name === pattern || prefix === pattern)
  }
  return all.filter(({ name }) => fitsPattern(name, pattern))
}

/** Compares piece by piece between the stars, which takes linear time on any pattern. */
export function fitsPattern(text: string, pattern: string): boolean {
  const [first = '', ...pieces] = pattern.split('*')
  const last = pieces.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let place = first.length
  const end = text.length - last.length
  for (const piece of pieces) {
    const found = text.indexOf(piece, place)
    if (found < 0 || found + piece.length > end) return false
    place = found + piece.length
  }
  return text.endsWith(last)
}

function checkName(name: string): void {
  if (name !== '' && !/[\s"\\/<>|?]/.test(name) && !name.startsWith('_')) return
  if (name === '_all') return
  throw new SearchFailure({
    type: 'invalid_index_name_exception',
    reason: `Invalid index name [${name}], must not contain ['\\\\', '/', '?', '"', '<', '>', '|', ' ', ','] and must not start with '_'`,
    status: 400,
    index: name,
  })
}

/** `<holysheep-requests-{now/d-1d{yyyy.MM.dd}}>` */
function withDate(text: string, nowMs: number): string {
  const found = /^<([^{}]*)\{([^{}]+)(?:\{([^{}|]+)(?:\|[^{}]*)?\})?\}([^{}]*)>$/.exec(text)
  if (found === null) {
    throw new SearchFailure({
      type: 'parse_exception',
      reason: `invalid dynamic name expression [${text}]`,
      status: 400,
    })
  }
  const [, before = '', math = '', format = 'yyyy.MM.dd', after = ''] = found
  return before + dateFormat(format).format(parseDate(math, { nowMs }), UTC) + after
}
