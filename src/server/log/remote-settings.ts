import type { Config } from '../../kernel/index.ts'
import type { ClusterAccess, DeadLetterCounts, SinkStatus } from '../../sinks/index.ts'
import type { FollowedJournal } from './follower.ts'

/** What the thread that fills a cluster is started with; copied by structured clone. */
export interface RemoteSettings {
  /** Folder of the store: dead letters are kept there. */
  readonly folder: string
  readonly journals: readonly FollowedJournal[]
  readonly access: ClusterAccess
  readonly config: Pick<Config, 'elasticsearch' | 'store' | 'pipeline' | 'prices' | 'log_level'>
}

export interface RemoteStatus extends SinkStatus {
  /** Per journal: position up to which the cluster has everything. */
  readonly positions: readonly number[]
  readonly deadLetters: DeadLetterCounts
}

/** Name of the cursor in every journal. */
export const REMOTE_CURSOR = 'elasticsearch'
