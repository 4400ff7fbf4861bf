import type { Search } from '../search/index.ts'
import type { IndexCatalog } from './index-catalog.ts'
import type { Snapshots } from './snapshots.ts'

/** What the administrative routes work on. */
export interface ClusterContext {
  readonly catalog: IndexCatalog
  readonly search: Pick<Search, 'count'>
  /** Identity of this installation, always the same. */
  readonly clusterUuid: string
  /** Largest body, unpacked. */
  readonly maxBodyBytes: number
  /** Absent where no snapshots can be taken. */
  readonly snapshots?: Snapshots | undefined
}

/** The answer to a change that was made. */
export const ACKNOWLEDGED = { body: { acknowledged: true } } as const

/** Parameters of waiting, which nothing here does. */
export const TIMEOUTS = ['master_timeout', 'timeout', 'cluster_manager_timeout'] as const
