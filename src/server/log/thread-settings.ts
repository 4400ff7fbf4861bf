import { extname } from 'node:path'
import type { Config } from '../../kernel/index.ts'
import type { FollowedJournal } from './follower.ts'

/** What a thread of the log store is started with; copied by structured clone. */
export interface ThreadSettings {
  /** Folder of the store. */
  readonly folder: string
  readonly journals: readonly FollowedJournal[]
  readonly config: Pick<Config, 'store' | 'pipeline' | 'prices'>
  /** Shared memory of `Positions`: how far the text store has committed. */
  readonly committed: SharedArrayBuffer
}

/** Name of the cursors in every journal. */
export const TEXT_CURSOR = 'text'
export const COLUMNS_CURSOR = 'columns'

/**
 * Limits of a thread's memory. Batches are short-lived and large: with V8's own, larger nursery
 * every thread keeps 100 MB more and is no faster.
 */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 24 } as const

/** Address of a thread's file beside this one; it runs from source and compiled alike. */
export function threadFile(name: string): URL {
  return new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url)
}
