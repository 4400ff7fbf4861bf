import type { ConsoleStatus } from '../console/index.ts'
import { journalEnd } from '../journal/index.ts'
import { type Clock, type Config, publicModels } from '../kernel/index.ts'
import { answers } from './answers.ts'
import type { ElasticEngine } from './elastic-engine/index.ts'
import { readInstance } from './instance.ts'
import { journalFolders } from './journals.ts'
import type { DiskStatus, Lifecycle } from './lifecycle/index.ts'
import type { LogStore, RemoteStatus } from './log/index.ts'
import type { LogSettings } from './log-settings.ts'

interface StatusSources {
  readonly store: Pick<LogStore, 'status'> | undefined
  readonly cluster: Pick<ElasticEngine, 'status'> | undefined
  readonly lifecycle?: Pick<Lifecycle, 'diskStatus'> | undefined
}

type Status = Omit<ConsoleStatus, 'version'>

/** The relay is asked whether it is there; longer than this and it is not. */
const RELAY_ANSWER_MS = 500

/**
 * Makes what the console shows of the running system, each time it is asked. `settings` returns
 * those in force.
 */
export function consoleStatus(
  settings: () => LogSettings,
  engines: StatusSources,
  clock: Clock,
): () => Promise<Status> {
  const startMs = clock.monotonicMs()
  return async () => {
    const { config, data, simulated } = settings()
    const relayUrl = readInstance(data)?.relay ?? configuredRelay(config)
    const [up, stored, remote] = await Promise.all([
      answers(`${relayUrl}/healthz`, RELAY_ANSWER_MS),
      engines.store?.status(),
      engines.cluster?.status(),
    ])
    const journals = await Promise.all(
      Object.entries(journalFolders(data)).map(async ([name, folder], index) => {
        const positions = (stored?.columns ?? remote)?.positions ?? []
        const read = [stored?.text.positions, positions, remote?.positions]
        // what was written since must not show as less than nothing
        const end = Math.max(await journalEnd(folder), ...read.map((each) => each?.[index] ?? 0))
        const position = positions[index] ?? 0
        return { name, end, stored: position, lag_bytes: end - position }
      }),
    )
    const days = stored?.columns.days ?? []
    const disk = engines.lifecycle?.diskStatus()
    return {
      simulated,
      uptime_s: Math.round((clock.monotonicMs() - startMs) / 1_000),
      relay: { up, url: relayUrl, models: publicModels(config) },
      journals,
      store: {
        days: days.length,
        rows: days.reduce((sum, { rows }) => sum + rows, 0),
      },
      ...(disk && { disk: diskStatus(disk) }),
      ...(remote && { elasticsearch: clusterStatus(remote, journals) }),
      memory: { rss_bytes: process.memoryUsage.rss() },
    }
  }
}

function diskStatus(disk: DiskStatus): NonNullable<ConsoleStatus['disk']> {
  const { state, reason, dataBytes, maxBytes, totalBytes, freeBytes, dropped } = disk
  return {
    state,
    ...(reason !== '' && { reason }),
    data_bytes: dataBytes,
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    total_bytes: totalBytes,
    free_bytes: freeBytes,
    dropped_days: dropped,
  }
}

/** What is known of a cluster that is filled from the journals. */
function clusterStatus(
  { product, positions, trouble, settled, deadLetters }: RemoteStatus,
  journals: readonly { readonly end: number }[],
): NonNullable<ConsoleStatus['elasticsearch']> {
  const lags = journals.map(({ end }, index) => end - (positions[index] ?? 0))
  return {
    ...(product && { product: `${product.name} ${product.version}` }),
    written: settled,
    lag_bytes: lags.reduce((sum, lag) => sum + lag, 0),
    ...(trouble && {
      trouble: { reason: trouble.reason, since: new Date(trouble.sinceMs).toISOString() },
    }),
    dead_letters: deadLetters,
  }
}

/** Where the relay is to be found when it was started apart. */
function configuredRelay({ listen }: Config): string {
  return `http://${listen.host}:${listen.relay}`
}
