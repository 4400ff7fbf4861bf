import {
  addUnits,
  type CalendarUnit,
  localToUtc,
  longValue,
  type Sql,
  sql,
  startOf,
  type TimeZone,
  UNIT_MS,
  UTC,
  zoneChanges,
} from '../../store/index.ts'
import { illegalArgument } from '../search-failure.ts'

/** Width of the buckets of a date histogram. */
export type Interval =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }
  | { readonly kind: 'fixed'; readonly ms: number }

export interface RoundingOptions {
  readonly interval: Interval
  readonly zone: TimeZone
  readonly offsetMs: number
  /** Times that occur; changes of the zone's offset within them are taken into account. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
}

const DAY_MS = UNIT_MS.day
/** Times further apart would take too many changes of a zone's offset into account. */
const LONGEST_MS = 500 * 366 * DAY_MS

/** Clocks that are never changed have their offset as name. */
function isFixed({ name }: TimeZone): boolean {
  return name === UTC.name || /^[+-]/.test(name)
}

/**
 * Rounds times down to the start of their bucket, in SQL and here alike. Between both a bucket is
 * known by its mark: the start on the zone's own clocks for buckets of a day and longer (they
 * have one start whatever the clocks do that day), the start in UTC for shorter ones.
 */
export class DateRounding {
  readonly #interval: Interval
  readonly #zone: TimeZone
  readonly #offsetMs: number
  readonly #span: RoundingOptions['span']
  readonly #long: boolean

  constructor({ interval, zone, offsetMs, span }: RoundingOptions) {
    this.#interval = interval
    this.#zone = zone
    this.#offsetMs = offsetMs
    this.#span = span
    this.#long = interval.kind === 'fixed' ? interval.ms >= DAY_MS : isLong(interval.unit)
  }

  /** Whether buckets depend on the times that occur, beyond those known so far. */
  get needsSpan(): boolean {
    const { fromMs, toMs } = this.#span
    const isKnown = Number.isFinite(fromMs) && Number.isFinite(toMs)
    return !isKnown && this.#zone !== UTC && !isFixed(this.#zone)
  }

  /**
   * The same for other times.
   *
   * @throws SearchFailure when they are centuries apart and the zone's offset changes
   */
  within(span: RoundingOptions['span']): DateRounding {
    if (span.toMs - span.fromMs > LONGEST_MS && !isFixed(this.#zone)) {
      throw illegalArgument(
        `[time_zone] [${this.#zone.name}] supports dates that are at most [500] years apart`,
      )
    }
    const [interval, zone, offsetMs] = [this.#interval, this.#zone, this.#offsetMs]
    return new DateRounding({ interval, zone, offsetMs, span })
  }

  /** The mark of the bucket that a moment falls into. */
  markOf(utcMs: number): number {
    const base = utcMs - this.#offsetMs
    const ahead = this.#zone.offsetMs(base)
    const start = this.#floor(base + ahead)
    return this.#long ? start : start - ahead
  }

  /** First moment of a bucket. */
  startOf(mark: number): number {
    const start = this.#long && this.#zone !== UTC ? localToUtc(mark, this.#zone) : mark
    return start + this.#offsetMs
  }

  /** The mark of the bucket behind. */
  next(mark: number): number {
    return this.#interval.kind === 'fixed'
      ? mark + this.#interval.ms
      : addUnits(mark, 1, this.#interval.unit)
  }

  /** The mark as an expression over a column of times. */
  expression(time: Sql): Sql {
    const width = widthOf(this.#interval)
    const shift = this.#offsetMs + originOf(this.#interval)
    if (this.#zone === UTC && width !== undefined && this.#span.fromMs >= shift) {
      return wholeSql(time, width, shift, originOf(this.#interval))
    }
    const plain = sql`epoch_ms(${time})`
    const base = this.#offsetMs === 0 ? plain : sql`${plain} - ${longValue(this.#offsetMs)}`
    if (this.#zone === UTC) return floorSql(base, this.#interval)
    const ahead = this.#aheadSql(base)
    const start = floorSql(sql`(${base} + ${ahead})`, this.#interval)
    return this.#long ? start : sql`(${start} - ${ahead})`
  }

  #floor(ms: number): number {
    if (this.#interval.kind === 'calendar') return startOf(ms, this.#interval.unit)
    return Math.floor(ms / this.#interval.ms) * this.#interval.ms
  }

  #aheadSql(base: Sql): Sql {
    const { fromMs, toMs } = this.#span
    if (isFixed(this.#zone)) return sql`${longValue(this.#zone.offsetMs(0))}`
    // nothing is there, or it is not known yet: then it is asked for before this is used
    if (!(fromMs <= toMs) || this.needsSpan) return sql`${longValue(0)}`
    const changes = zoneChanges(this.#zone, fromMs - DAY_MS, toMs + DAY_MS)
    const last = longValue(this.#zone.offsetMs(toMs + DAY_MS))
    if (changes.length === 0) return sql`${last}`
    const cases = changes.map(
      (change) =>
        sql`WHEN ${base} < ${longValue(change)} THEN ${longValue(this.#zone.offsetMs(change - 1))}`,
    )
    const branches = cases.reduce((left, right) => sql`${left} ${right}`)
    return sql`CASE ${branches} ELSE ${last} END`
  }
}

function isLong(unit: CalendarUnit): boolean {
  return unit !== 'hour' && unit !== 'minute' && unit !== 'second'
}

/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const MONDAY = longValue(3 * DAY_MS)

/** Length of the buckets when all have the same. */
function widthOf(interval: Interval): number | undefined {
  if (interval.kind === 'fixed') return interval.ms
  const { unit } = interval
  return unit === 'year' || unit === 'quarter' || unit === 'month' ? undefined : UNIT_MS[unit]
}

/** Start of a bucket that is no multiple of its length, before 1970. */
function originOf(interval: Interval): number {
  return interval.kind === 'calendar' && interval.unit === 'week' ? -3 * DAY_MS : 0
}

/** The cheapest form: a whole division, which rounds down what is not negative. */
function wholeSql(time: Sql, widthMs: number, shiftMs: number, originMs: number): Sql {
  const micros = sql`epoch_us(${time})`
  const moved = shiftMs === 0 ? micros : sql`(${micros} - ${longValue(shiftMs * 1_000)})`
  const start = sql`(${moved} // ${longValue(widthMs * 1_000)}) * ${longValue(widthMs)}`
  return originMs === 0 ? sql`(${start})` : sql`(${start} + ${longValue(originMs)})`
}

function floorSql(ms: Sql, interval: Interval): Sql {
  if (interval.kind === 'fixed') return multipleSql(ms, interval.ms)
  const { unit } = interval
  if (unit === 'year') return truncSql(sql`date_trunc('year', ${timeSql(ms)})`)
  if (unit === 'quarter') return truncSql(sql`date_trunc('quarter', ${timeSql(ms)})`)
  if (unit === 'month') return truncSql(sql`date_trunc('month', ${timeSql(ms)})`)
  if (unit === 'week')
    return sql`(${multipleSql(sql`(${ms} + ${MONDAY})`, UNIT_MS.week)} - ${MONDAY})`
  return multipleSql(ms, UNIT_MS[unit])
}

/** The multiple below; the remainder of a time before 1970 is negative. */
function multipleSql(ms: Sql, width: number): Sql {
  const value = longValue(width)
  return sql`(${ms} - ((${ms} % ${value}) + ${value}) % ${value})`
}

function timeSql(ms: Sql): Sql {
  return sql`make_timestamp((${ms}) * 1000)`
}

function truncSql(date: Sql): Sql {
  return sql`epoch_ms(${date}::TIMESTAMP)`
}
