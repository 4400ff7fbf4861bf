/** What the disk looks like at one moment. */
export interface DiskMeasures {
  /** Size of the data folder, bytes. */
  readonly dataBytes: number
  /** Of the file system that it lies on. */
  readonly totalBytes: number
  /** What may still be written to it. */
  readonly freeBytes: number
}

export interface DiskLimits {
  /** Largest size of the data folder; undefined: none. */
  readonly maxBytes: number | undefined
  /** Percent of the file system; undefined: the default, where dropping days can reach it. */
  readonly keepFreePercent: number | undefined
}

/** How near the disk is to one of its limits. */
export interface DiskVerdict {
  /** `drop`: more than it may be; the oldest day is to go. */
  readonly level: 'ok' | 'warn' | 'drop'
  /** What is over its mark, in words; empty when all is well. */
  readonly reason: string
  /** Bytes that have to go until it is below all marks that days may be dropped for. */
  readonly excessBytes: number
}

/** Parts of `max_gb` from which it warns and drops. */
const WARN_PART = 0.85
const DROP_PART = 0.9

const DEFAULT_FREE_PERCENT = 10
/** Points of the file system between the warning and the dropping. */
const WARN_POINTS = 5

/**
 * With less than this free, days go even when they are too small to reach the default mark: the
 * next records need the room.
 */
const CRITICAL_FREE_BYTES = 2 ** 30

/**
 * Tells whether days are to be dropped. `droppableBytes` is the size of the days that may be:
 * by default none goes for the sake of a file system that is filled by something else.
 */
export function diskVerdict(
  measures: DiskMeasures,
  limits: DiskLimits,
  droppableBytes: number,
): DiskVerdict {
  const size = sizeVerdict(measures, limits)
  const free = freeVerdict(measures, limits, droppableBytes)
  const [worst, other] = LEVELS[free.level] > LEVELS[size.level] ? [free, size] : [size, free]
  return { ...worst, excessBytes: Math.max(worst.excessBytes, other.excessBytes) }
}

const LEVELS = { ok: 0, warn: 1, drop: 2 } as const
const WELL: DiskVerdict = { level: 'ok', reason: '', excessBytes: 0 }

function sizeVerdict({ dataBytes }: DiskMeasures, { maxBytes }: DiskLimits): DiskVerdict {
  if (maxBytes === undefined || dataBytes < maxBytes * WARN_PART) return WELL
  const reason = `data folder has ${percent(dataBytes / maxBytes)} of disk.max_gb`
  if (dataBytes < maxBytes * DROP_PART) return { level: 'warn', reason, excessBytes: 0 }
  return { level: 'drop', reason, excessBytes: dataBytes - maxBytes * DROP_PART }
}

function freeVerdict(
  { totalBytes, freeBytes }: DiskMeasures,
  { keepFreePercent }: DiskLimits,
  droppableBytes: number,
): DiskVerdict {
  const keep = keepFreePercent ?? DEFAULT_FREE_PERCENT
  const freePercent = (100 * freeBytes) / totalBytes
  if (keep === 0 || freePercent > keep + WARN_POINTS) return WELL
  const reason = `file system has ${percent(freePercent / 100)} free, ${keep} % are to be kept`
  if (freePercent > keep) return { level: 'warn', reason, excessBytes: 0 }
  const excessBytes = (totalBytes * keep) / 100 - freeBytes
  const isUseful =
    keepFreePercent !== undefined ||
    excessBytes <= droppableBytes ||
    freeBytes < CRITICAL_FREE_BYTES
  if (isUseful) return { level: 'drop', reason, excessBytes: Math.max(1, excessBytes) }
  const others = `${reason}; dropping days would not reach that`
  return { level: 'warn', reason: others, excessBytes: 0 }
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}
