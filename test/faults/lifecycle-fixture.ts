import type { TestRecord } from '../support/running-store.ts'

const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2026, 2, 10, 12)
const DAYS = 4

/** Ten days later: all of the days are past. */
export const NOW_MS = FIRST_MS + 10 * DAY_MS

/** One of the days that records lie in. */
export function dayAt(place: number): string {
  return new Date(FIRST_MS + place * DAY_MS).toISOString().slice(0, 10)
}

/** Day of the `number`-th record. */
export function dayOfRecord(number: number): string {
  return dayAt(number % DAYS)
}

/** Index of the `number`-th record, without its day. */
export function prefixOfRecord(number: number): string {
  return number % 8 < DAYS ? 'holysheep-a' : 'holysheep-b'
}

/** The `number`-th record. */
export function recordOf(number: number): TestRecord {
  return {
    id: `n-${number}`,
    timeMs: FIRST_MS + (number % DAYS) * DAY_MS + (number % 1000),
    prefix: prefixOfRecord(number),
    prompt: `question ${number}`,
  }
}
