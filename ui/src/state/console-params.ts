import { type Filter, formatFilter, parseFilter } from '../query/filters.ts'
import { isRangeName, type RangeName, type TimeRange } from './time-range.ts'

/** What stands in the page's address, all of it text; what is absent has its default. */
export interface ConsoleParams {
  readonly range?: string
  readonly from?: string
  readonly to?: string
  /** Filters, one `f=` each. */
  readonly f?: readonly string[]
  readonly q?: string
  /** Id of the call that is open. */
  readonly call?: string
  readonly live?: string
}

/** The same, understood. */
export interface ConsoleState {
  readonly range: TimeRange
  readonly filters: readonly Filter[]
  readonly text: string
  readonly openCall: string | undefined
  /** Whether the page renews itself; never for two fixed moments. */
  readonly live: boolean
}

export const DEFAULT_RANGE: RangeName = '1h'

const SINGLE = ['range', 'from', 'to', 'q', 'call', 'live'] as const

/** Reads the part of an address after `?`; what it does not know it drops. */
export function parseParams(search: string): ConsoleParams {
  const given = new URLSearchParams(search)
  const params: Record<string, string | string[]> = {}
  for (const name of SINGLE) {
    const value = given.get(name)
    if (value) params[name] = value
  }
  const filters = given.getAll('f').filter((text) => parseFilter(text) !== undefined)
  return { ...params, ...(filters.length > 0 && { f: filters }) }
}

/** Writes the address' part, `?` included, or nothing when all is at its default. */
export function formatParams(params: ConsoleParams): string {
  const search = new URLSearchParams()
  for (const name of SINGLE) {
    const value = params[name]
    if (value) search.set(name, value)
  }
  for (const filter of params.f ?? []) search.append('f', filter)
  const text = search.toString().replaceAll('%3A', ':').replaceAll('%21', '!')
  return text === '' ? '' : `?${text}`
}

/** Understands the address; what is malformed counts as absent. */
export function readParams(params: ConsoleParams): ConsoleState {
  const range = readRange(params)
  return {
    range,
    filters: (params.f ?? []).map(parseFilter).filter((filter) => filter !== undefined),
    text: params.q ?? '',
    openCall: params.call,
    live: range.kind === 'last' && params.live !== 'off',
  }
}

function readRange({ range, from, to }: ConsoleParams): TimeRange {
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  if (fromMs < toMs) return { kind: 'fixed', fromMs, toMs }
  return { kind: 'last', name: isRangeName(range) ? range : DEFAULT_RANGE }
}

/** The parameters of a time range; those of the other kind become absent. */
export function rangeParams(range: TimeRange): ConsoleParams {
  if (range.kind === 'fixed') {
    return { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() }
  }
  return range.name === DEFAULT_RANGE ? {} : { range: range.name }
}

/** The parameters of the filters. */
export function filterParams(filters: readonly Filter[]): ConsoleParams {
  return filters.length === 0 ? {} : { f: filters.map(formatFilter) }
}
