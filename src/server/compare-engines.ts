import { AppError, type Clock, type Config } from '../kernel/index.ts'
import {
  ClusterClient,
  clusterAccess,
  compareIndices,
  type IndexComparison,
} from '../sinks/index.ts'
import { runningInstance } from './instance.ts'

export type { IndexComparison } from '../sinks/index.ts'

export interface CompareEnginesOptions {
  readonly config: Config
  readonly data: string
  /** First and last UTC day, `YYYY-MM-DD`. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly clock: Clock
}

/**
 * Compares what the embedded store of a running server has with what the cluster has, index by
 * index.
 *
 * @throws AppError USAGE when only one of them is filled, NOT_RUNNING, ENGINE_UNAVAILABLE
 */
export async function* compareEngines({
  config,
  data,
  from,
  to,
  clock,
}: CompareEnginesOptions): AsyncGenerator<IndexComparison> {
  if (config.search.engine !== 'mirror') {
    const reason = 'only `search.engine: mirror` fills both engines'
    throw new AppError('USAGE', { reason, engine: config.search.engine })
  }
  const { search } = runningInstance(data)
  const access = clusterAccess(config.elasticsearch)
  const own = { ...access, nodes: [search], authorization: undefined }
  const embedded = new ClusterClient(own, clock)
  const cluster = new ClusterClient(access, clock)
  try {
    const { index_prefix: callPrefix } = config.elasticsearch
    yield* compareIndices({ embedded, cluster, callPrefix, from, to })
  } finally {
    await Promise.all([embedded.close(), cluster.close()])
  }
}
