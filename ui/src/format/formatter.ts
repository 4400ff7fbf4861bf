const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** From here on numbers are shortened, so that tiles and cells keep their width. */
const COMPACT_FROM = 1_000_000

/** Writes numbers with their units and times in the viewer's zone, as a language does it. */
export interface Formatter {
  count(value: number): string
  /** `1.2 M` from a million on. */
  compact(value: number): string
  /** Undefined is a share of nothing. */
  percent(share: number | undefined): string
  /** A rate, with as many digits as tell something. */
  rate(value: number): string
  /** A round length of time in its largest unit: `15 min`. */
  span(ms: number): string
  /** Difference of two shares, in percentage points without their unit. */
  points(share: number): string
  duration(ms: number | undefined): string
  /** A round duration on an axis: `2 s`. */
  durationTick(ms: number): string
  usd(value: number): string
  /** A sum in about three digits, for narrow columns. */
  usdShort(value: number): string
  /** A round sum on an axis. */
  usdTick(value: number): string
  bytes(value: number): string
  /** Time of day with milliseconds; with the date unless `sameDayAs` is on the same day. */
  timestamp(ms: number, sameDayAs?: number): string
  /** Time of day to the minute or second, for an axis. */
  clock(ms: number, withSeconds: boolean): string
  day(ms: number): string
  /** Start of a chart column, as exact as its width makes sense. */
  moment(ms: number, bucketMs: number): string
  dateTime(ms: number): string
  ago(ms: number, nowMs: number): string
  /** How long something has been running. */
  uptime(seconds: number): string
}

export const MISSING = '–'

/** Creates the formatter of a language; `timeZone` is the viewer's unless a test sets it. */
export function createFormatter(language: string, timeZone?: string): Formatter {
  const number = (options: Intl.NumberFormatOptions = {}) => {
    const format = new Intl.NumberFormat(language, options)
    return (value: number) => format.format(value)
  }
  const count = number({ maximumFractionDigits: 0 })
  const compactCount = number({ notation: 'compact', maximumSignificantDigits: 3 })
  const unit = (digits: number, name: string) => {
    const format = number({ maximumFractionDigits: digits, minimumFractionDigits: digits })
    return (value: number) => `${format(value)} ${name}`
  }
  const compact = (value: number) => (value < COMPACT_FROM ? count(value) : compactCount(value))
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' })
  return {
    count,
    compact,
    percent: percentFormat(number),
    rate: number({ maximumSignificantDigits: 3 }),
    points: number({ maximumFractionDigits: 2 }),
    duration: durationFormat(unit),
    durationTick: durationTickFormat(number),
    usd: usdFormat(number),
    usdShort: usdShortFormat(number),
    usdTick: number({ style: 'currency', currency: 'USD', maximumSignificantDigits: 3 }),
    bytes: bytesFormat(unit),
    ...timeFormats(language, timeZone),
    ago: (ms, nowMs) => agoText(relative, nowMs - ms),
    ...spanFormats(number),
  }
}

type NumberFactory = (options?: Intl.NumberFormatOptions) => (value: number) => string
type UnitFactory = (digits: number, name: string) => (value: number) => string

function percentFormat(number: NumberFactory): (share: number | undefined) => string {
  const fine = number({ style: 'percent', maximumFractionDigits: 2 })
  const coarse = number({ style: 'percent', maximumFractionDigits: 1 })
  const whole = number({ style: 'percent', maximumFractionDigits: 0 })
  return (share) => {
    if (share === undefined) return MISSING
    const size = Math.abs(share)
    if (size >= 1) return whole(share)
    return size < 0.1 ? fine(share) : coarse(share)
  }
}

function durationFormat(unit: UnitFactory): (ms: number | undefined) => string {
  const [fineMs, ms, fineSeconds, seconds, minutes] = [
    unit(1, 'ms'),
    unit(0, 'ms'),
    unit(2, 's'),
    unit(1, 's'),
    unit(1, 'min'),
  ]
  return (value) => {
    if (value === undefined) return MISSING
    if (value < 9.95) return fineMs(value)
    if (value < 999.5) return ms(value)
    if (value < 9_995) return fineSeconds(value / SECOND_MS)
    if (value < 119_950) return seconds(value / SECOND_MS)
    return minutes(value / MINUTE_MS)
  }
}

function durationTickFormat(number: NumberFactory): (ms: number) => string {
  const round = number({ maximumSignificantDigits: 3 })
  return (ms) => {
    if (ms < SECOND_MS) return `${round(ms)} ms`
    return ms < 2 * MINUTE_MS ? `${round(ms / SECOND_MS)} s` : `${round(ms / MINUTE_MS)} min`
  }
}

/** Cents for large sums, up to a thousandth of a cent for single calls. */
function usdFormat(number: NumberFactory): (value: number) => string {
  const dollars = (digits: number) =>
    number({
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  const [whole, cents, fine, finest] = [dollars(0), dollars(2), dollars(4), dollars(6)]
  return (value) => {
    if (value === 0 || value >= 10_000) return whole(value)
    if (value >= 1) return cents(value)
    return value >= 0.01 ? fine(value) : finest(value)
  }
}

function usdShortFormat(number: NumberFactory): (value: number) => string {
  const dollars = { style: 'currency', currency: 'USD' } as const
  const whole = number({ ...dollars, maximumFractionDigits: 0 })
  const cents = number(dollars)
  const fine = number({ ...dollars, minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
  return (value) => {
    if (value === 0 || value >= 100) return whole(value)
    return value >= 1 ? cents(value) : fine(value)
  }
}

function bytesFormat(unit: UnitFactory): (value: number) => string {
  const steps = [unit(0, 'B'), unit(1, 'kB'), unit(1, 'MB'), unit(2, 'GB'), unit(2, 'TB')]
  return (value) => {
    const step = Math.min(steps.length - 1, value < 1_000 ? 0 : Math.floor(Math.log10(value) / 3))
    return steps[step]?.(value / 1_000 ** step) ?? MISSING
  }
}

function timeFormats(language: string, timeZone: string | undefined) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(language, {
      ...options,
      ...(timeZone !== undefined && { timeZone }),
      hourCycle: 'h23',
    })
    return (ms: number) => made.format(ms)
  }
  const minute = format({ hour: '2-digit', minute: '2-digit' })
  const second = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const exact = format({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  })
  const day = format({ day: 'numeric', month: 'short' })
  return {
    clock: (ms: number, withSeconds: boolean) => (withSeconds ? second(ms) : minute(ms)),
    day,
    moment: (ms: number, bucketMs: number) => {
      if (bucketMs >= DAY_MS) return day(ms)
      const time = bucketMs < MINUTE_MS ? second(ms) : minute(ms)
      return day(ms) === day(Date.now()) ? time : `${day(ms)} ${time}`
    },
    timestamp: (ms: number, sameDayAs?: number) =>
      sameDayAs !== undefined && day(ms) === day(sameDayAs) ? exact(ms) : `${day(ms)} ${exact(ms)}`,
    dateTime: format({
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }),
  }
}

function agoText(relative: Intl.RelativeTimeFormat, elapsedMs: number): string {
  const elapsed = Math.max(0, elapsedMs)
  if (elapsed < MINUTE_MS) return relative.format(-Math.floor(elapsed / SECOND_MS), 'second')
  if (elapsed < HOUR_MS) return relative.format(-Math.floor(elapsed / MINUTE_MS), 'minute')
  if (elapsed < DAY_MS) return relative.format(-Math.floor(elapsed / HOUR_MS), 'hour')
  return relative.format(-Math.floor(elapsed / DAY_MS), 'day')
}

function spanFormats(number: NumberFactory) {
  const whole = (unit: string) =>
    number({ style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 })
  const [seconds, minutes, hours, days] = ['second', 'minute', 'hour', 'day'].map(whole)
  const steps = [
    { ms: DAY_MS, format: days },
    { ms: HOUR_MS, format: hours },
    { ms: MINUTE_MS, format: minutes },
    { ms: SECOND_MS, format: seconds },
  ]
  const span = (lengthMs: number) => {
    const step = steps.find(({ ms }) => lengthMs >= ms) ?? { ms: SECOND_MS, format: seconds }
    return step.format?.(Math.floor(lengthMs / step.ms)) ?? MISSING
  }
  return { span, uptime: (elapsedSeconds: number) => span(elapsedSeconds * SECOND_MS) }
}

/** Name of the zone that times are shown in, with its offset now: `Asia/Ho_Chi_Minh (GMT+7)`. */
export function zoneLabel(language: string, timeZone?: string): string {
  const format = new Intl.DateTimeFormat(language, {
    ...(timeZone !== undefined && { timeZone }),
    timeZoneName: 'shortOffset',
  })
  const offset = format.formatToParts().find(({ type }) => type === 'timeZoneName')?.value
  const zone = format.resolvedOptions().timeZone
  return offset === undefined || offset === zone ? zone : `${zone} (${offset})`
}
