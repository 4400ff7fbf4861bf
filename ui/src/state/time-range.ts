const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The ranges offered, each with the width of one chart column. */
const RANGES = {
  '15m': { lengthMs: 15 * MINUTE, bucketMs: 15 * SECOND },
  '1h': { lengthMs: HOUR, bucketMs: MINUTE },
  '6h': { lengthMs: 6 * HOUR, bucketMs: 5 * MINUTE },
  '24h': { lengthMs: DAY, bucketMs: 15 * MINUTE },
  '7d': { lengthMs: 7 * DAY, bucketMs: 2 * HOUR },
  '30d': { lengthMs: 30 * DAY, bucketMs: 8 * HOUR },
} as const

export type RangeName = keyof typeof RANGES

export const RANGE_NAMES = Object.keys(RANGES) as readonly RangeName[]

/** What a person chose: the last so long, moving with the clock, or two fixed moments. */
export type TimeRange =
  | { readonly kind: 'last'; readonly name: RangeName }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number }

/** Two moments (`toMs` excluded) and the width of a chart column between them. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketMs: number
}

const BUCKETS = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 28_800, 86_400].map(
  (seconds) => seconds * SECOND,
)
const MOST_COLUMNS = 100

export function isRangeName(text: string | undefined): text is RangeName {
  return text !== undefined && Object.hasOwn(RANGES, text)
}

/** Returns the moments that `range` means at `nowMs`. */
export function windowOf(range: TimeRange, nowMs: number): TimeWindow {
  if (range.kind === 'last') {
    const { lengthMs, bucketMs } = RANGES[range.name]
    return { fromMs: nowMs - lengthMs, toMs: nowMs, bucketMs }
  }
  const { fromMs, toMs } = range
  const bucketMs = BUCKETS.find((width) => (toMs - fromMs) / width <= MOST_COLUMNS) ?? DAY
  return { fromMs, toMs, bucketMs }
}

/** Returns the equally long window that ends where `window` begins. */
export function previousWindow({ fromMs, toMs, bucketMs }: TimeWindow): TimeWindow {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs, bucketMs }
}

/** Starts of all chart columns of the window, aligned as the server aligns them. */
export function bucketStarts({ fromMs, toMs, bucketMs }: TimeWindow): number[] {
  const first = Math.floor(fromMs / bucketMs) * bucketMs
  const count = Math.ceil((toMs - first) / bucketMs)
  return Array.from({ length: count }, (_, index) => first + index * bucketMs)
}
