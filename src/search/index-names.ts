import { indexName } from '../record/index.ts'
import type { DayColumns } from '../store/index.ts'

/** An index of logs: the records of one prefix in one day. */
export interface IndexEntry {
  readonly name: string
  readonly prefix: string
  readonly day: DayColumns
}

/** Every index of logs, newest day first. */
export function logEntries(days: readonly DayColumns[]): readonly IndexEntry[] {
  return days.flatMap((day) =>
    day.prefixes.map(({ prefix }) => ({ name: indexName(prefix, day.day), prefix, day })),
  )
}
