import { hostname } from 'node:os'
import { createPriceBook } from '../accounts/index.ts'
import { openJournal } from '../journal/index.ts'
import type { Clock, Config, Logger } from '../kernel/index.ts'
import { createLostCalls, createRelay, type Relay } from '../relay/index.ts'
import { cleaningUp } from './cleaning-up.ts'
import { openDataAccounts } from './data-accounts.ts'
import { journalFolders, journalLimits } from './journals.ts'
import { listening } from './listening.ts'
import type { Running } from './running.ts'
import { createUsageSource } from './usage-source.ts'

export interface RelaySettings {
  readonly config: Config
  readonly data: string
}

interface Context {
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Starts a relay on a data folder: keys and prices in memory, its own journal, the HTTP server.
 * Calls that an earlier relay left open are closed as lost before the first call is taken.
 *
 * @throws AppError JOURNAL_IN_USE, PORT_IN_USE
 */
export function startRelay(
  settings: RelaySettings,
  context: Context,
): Promise<Running<RelaySettings>> {
  return cleaningUp((opened) => openRelay(settings, context, opened))
}

async function openRelay(
  { config, data }: RelaySettings,
  { clock, logger }: Context,
  opened: AsyncDisposableStack,
): Promise<Running<RelaySettings>> {
  const accounts = opened.adopt(openDataAccounts(data, clock), (each) => each.close())
  const lost = createLostCalls()
  let relay: Relay | undefined
  const journal = await openJournal({
    folder: journalFolders(data).relay,
    ...journalLimits(config),
    clock,
    logger,
    onRecovered: (entries) => lost.collect(entries),
    // a new segment begins with what is open, so that older ones can go
    preamble: () => [...lost.openEntries(), ...(relay?.inFlight() ?? [])],
  })
  opened.defer(() => journal.close())
  lost.close(journal, logger)
  const prices = createPriceBook(config.prices, clock)
  const usage = createUsageSource({ data, clock, logger })
  const services = { config, keys: accounts.keys, prices, journal, clock, logger, usage }
  const created = createRelay({ ...services, hostName: hostname() })
  relay = created
  const { port } = await listening(() => created.listen(), 'listen.relay')
  return {
    ports: { relay: port },
    reload(next) {
      logger.level = next.config.log_level
      created.reload(next.config)
    },
    async stop(withinMs) {
      await created.close(withinMs)
      await opened.disposeAsync()
    },
  }
}
