const DAY_MS = 86_400_000

/** Records that follow one another evenly in time. */
export interface Span {
  /** Number of the first. */
  readonly first: number
  readonly count: number
  /** Milliseconds since 1970 UTC; the end is not included. */
  readonly fromMs: number
  readonly toMs: number
}

/** Moment of a record, milliseconds since 1970 UTC. */
export function timeOf({ first, count, fromMs, toMs }: Span, number: number): number {
  return fromMs + Math.floor(((number - first + 0.5) / count) * (toMs - fromMs))
}

/** The part of the span whose moments lie on a UTC day `YYYY-MM-DD`: `end` is not included. */
export function numbersOf(
  span: Span,
  day: string,
): { readonly start: number; readonly end: number } {
  const dayMs = Date.parse(day)
  return { start: firstAt(span, dayMs), end: firstAt(span, dayMs + DAY_MS) }
}

/** Number of the first record at or after a moment. */
function firstAt(span: Span, ms: number): number {
  let low = span.first
  let high = span.first + span.count
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (timeOf(span, middle) < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** The UTC days that a span touches, ascending. */
export function daysOf({ fromMs, toMs }: Span): string[] {
  const days: string[] = []
  for (let ms = Math.floor(fromMs / DAY_MS) * DAY_MS; ms < toMs; ms += DAY_MS) {
    days.push(new Date(ms).toISOString().slice(0, 10))
  }
  return days
}

export interface Spans {
  /** Whole days, which are filled before anything is measured. */
  readonly filled: Span
  /** The newest records, which come in through `_bulk`. */
  readonly bulk: Span
}

/** The newest records are those of two to three days. */
const BULK_DAYS = 2

/** Parts `records` of so many days that end at `endMs`. */
export function spansOf(records: number, days: number, endMs: number): Spans {
  const fromMs = endMs - days * DAY_MS
  const borderMs = Math.floor(endMs / DAY_MS - BULK_DAYS) * DAY_MS
  const count = Math.round((records * (borderMs - fromMs)) / (endMs - fromMs))
  return {
    filled: { first: 0, count, fromMs, toMs: borderMs },
    bulk: { first: count, count: records - count, fromMs: borderMs, toMs: endMs },
  }
}
