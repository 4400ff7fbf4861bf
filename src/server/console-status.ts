import type { ConsoleStatus } from '../console/index.ts'
import { journalEnd } from '../journal/index.ts'
import { type Clock, type Config, publicModels } from '../kernel/index.ts'
import { answers } from './answers.ts'
import { readInstance } from './instance.ts'
import { journalFolders } from './journals.ts'
import type { LogStore } from './log/index.ts'
import type { LogSettings } from './log-settings.ts'

type Status = Omit<ConsoleStatus, 'version'>

/** The relay is asked whether it is there; longer than this and it is not. */
const RELAY_ANSWER_MS = 500

/**
 * Makes what the console shows of the running system, each time it is asked. `settings` returns
 * those in force.
 */
export function consoleStatus(
  settings: () => LogSettings,
  store: Pick<LogStore, 'status'>,
  clock: Clock,
): () => Promise<Status> {
  const startMs = clock.monotonicMs()
  return async () => {
    const { config, data, simulated } = settings()
    const relayUrl = readInstance(data)?.relay ?? configuredRelay(config)
    const [up, { text, columns, residentBytes }] = await Promise.all([
      answers(`${relayUrl}/healthz`, RELAY_ANSWER_MS),
      store.status(),
    ])
    const journals = await Promise.all(
      Object.entries(journalFolders(data)).map(async ([name, folder], index) => {
        const stored = columns.positions[index] ?? 0
        // what was written since must not show as less than nothing
        const end = Math.max(await journalEnd(folder), text.positions[index] ?? 0, stored)
        return { name, end, stored, lag_bytes: end - stored }
      }),
    )
    return {
      simulated,
      uptime_s: Math.round((clock.monotonicMs() - startMs) / 1_000),
      relay: { up, url: relayUrl, models: publicModels(config) },
      journals,
      store: {
        days: columns.days.length,
        rows: columns.days.reduce((sum, { rows }) => sum + rows, 0),
      },
      memory: { rss_bytes: residentBytes },
    }
  }
}

/** Where the relay is to be found when it was started apart. */
function configuredRelay({ listen }: Config): string {
  return `http://${listen.host}:${listen.relay}`
}
