import { type CalendarUnit, type Row, UNIT_MS } from '../../store/index.ts'
import type { DateRounding } from './date-rounding.ts'

interface AutoUnit {
  readonly unit: CalendarUnit
  readonly letter: string
  readonly lengthMs: number
  /** How many units a bucket may have, ascending. */
  readonly steps: readonly number[]
}

const MONTH_MS = 2_629_746_000

/** The units that buckets are made of, the shortest first. */
export const AUTO_UNITS: readonly AutoUnit[] = [
  { unit: 'second', letter: 's', lengthMs: UNIT_MS.second, steps: [1, 5, 10, 30] },
  { unit: 'minute', letter: 'm', lengthMs: UNIT_MS.minute, steps: [1, 5, 10, 30] },
  { unit: 'hour', letter: 'h', lengthMs: UNIT_MS.hour, steps: [1, 3, 12] },
  { unit: 'day', letter: 'd', lengthMs: UNIT_MS.day, steps: [1, 7] },
  { unit: 'month', letter: 'M', lengthMs: MONTH_MS, steps: [1, 3] },
  { unit: 'year', letter: 'y', lengthMs: 12 * MONTH_MS, steps: [1, 5, 10, 20, 50, 100] },
]

interface Wanted {
  /** Buckets at most. */
  readonly target: number
  /** Place of the shortest unit that may be used. */
  readonly least: number
}

/** The interval that suits the times of a bucket: the shortest that needs no more than wanted. */
export class AutoRounding {
  /** Place of the unit among all. */
  readonly place: number
  /** Units per bucket. */
  readonly inner: number
  /** Number of the first bucket's unit. */
  readonly origin: number
  readonly #rounding: DateRounding

  /** `answer` holds the first and the last time; null or nothing where there is none. */
  constructor(roundings: readonly DateRounding[], [fromMs, toMs]: Row, { target, least }: Wanted) {
    const isEmpty = typeof fromMs !== 'number' || typeof toMs !== 'number'
    const count = (place: number) =>
      isEmpty
        ? 0
        : unitAt(roundings[place]!, toMs, place) - unitAt(roundings[place]!, fromMs, place) + 1
    const last = AUTO_UNITS.length - 1
    let place = least
    while (place < last && count(place) > target * AUTO_UNITS[place]!.steps.at(-1)!) place++
    const { steps } = AUTO_UNITS[place]!
    this.place = place
    this.inner = steps.find((step) => Math.ceil(count(place) / step) <= target) ?? 1
    this.#rounding = roundings[place]!
    this.origin = isEmpty ? 0 : unitAt(this.#rounding, fromMs, place)
  }

  /** The interval as it is answered: `3h`. */
  get name(): string {
    return `${this.inner}${AUTO_UNITS[this.place]!.letter}`
  }

  /** First moment of the `place`-th bucket. */
  startOf(place: number): number {
    const number = this.origin + place * this.inner
    const { unit, lengthMs } = AUTO_UNITS[this.place]!
    if (unit === 'year') return this.#rounding.startOf(utc(number, 0))
    if (unit === 'month') {
      return this.#rounding.startOf(utc(Math.floor(number / 12), ((number % 12) + 12) % 12))
    }
    return this.#rounding.startOf(number * lengthMs)
  }
}

/** Number of the unit that a moment lies in. */
function unitAt(rounding: DateRounding, ms: number, place: number): number {
  const mark = rounding.markOf(ms)
  const { unit, lengthMs } = AUTO_UNITS[place]!
  const date = new Date(mark)
  if (unit === 'year') return date.getUTCFullYear()
  if (unit === 'month') return date.getUTCFullYear() * 12 + date.getUTCMonth()
  return Math.floor(mark / lengthMs)
}

function utc(year: number, month: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 1)
  return date.getTime()
}
