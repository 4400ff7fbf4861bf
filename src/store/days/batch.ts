import type { StoredRecord } from '../../record/index.ts'

/** The journal that entries come from: `number` is part of the row ids, `name` of its folder. */
export interface JournalId {
  readonly number: number
  readonly name: string
}

/** A journal entry that became a record. Positions are those of the journal. */
export interface BatchEntry {
  readonly position: number
  readonly next: number
  readonly stored: StoredRecord
}

/** How far a journal was applied to a day file, and how many of its records the file holds. */
export interface Progress {
  readonly next: number
  readonly rows: number
}

/** Nothing was applied yet. */
export const NO_PROGRESS: Progress = { next: 0, rows: 0 }

/** Parts a batch by day; the order within a day stays that of the journal. */
export function byDay<T>(
  batch: readonly T[],
  dayOf: (entry: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const days = new Map<string, T[]>()
  for (const entry of batch) {
    const day = dayOf(entry)
    const known = days.get(day)
    if (known === undefined) days.set(day, [entry])
    else known.push(entry)
  }
  return days
}
