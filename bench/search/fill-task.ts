import type { JournalId } from '../../src/store/index.ts'
import type { Sizes } from './documents.ts'
import type { Span } from './span.ts'

/** What a process that fills days is given. */
export interface FillTask {
  /** Folder of its store. */
  readonly folder: string
  readonly journal: JournalId
  readonly sizes: Sizes
  readonly span: Span
  /** `YYYY-MM-DD` */
  readonly days: readonly string[]
}

/** A day that was filled and sealed. */
export interface FilledDay {
  readonly day: string
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
}
