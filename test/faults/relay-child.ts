import { join } from 'node:path'
import { createPriceBook, openAccounts } from '../../src/accounts/index.ts'
import { openJournal } from '../../src/journal/index.ts'
import { configSchema } from '../../src/kernel/config-schema.ts'
import { createLogger, systemClock } from '../../src/kernel/index.ts'
import { createLostCalls, createRelay, type Relay } from '../../src/relay/index.ts'

// A relay as a process of its own, to be killed: node relay-child.ts FOLDER PROVIDER_URL [SETTINGS]

interface Settings {
  readonly limits?: object
  /** Small by default, so that calls under way are carried from segment to segment. */
  readonly segmentMb?: number
}

const [, , folder = '', baseUrl = '', settings = '{}'] = process.argv
const { limits, segmentMb = 0.25 } = JSON.parse(settings) as Settings
const MIB = 2 ** 20
const logger = createLogger({ process: 'relay', level: 'fatal' })
const config = configSchema.parse({
  listen: { relay: 0 },
  providers: { fake: { base_url: baseUrl } },
  models: { small: { target: 'fake/small' } },
  limits,
})
const lost = createLostCalls()
let relay: Relay | undefined
const journal = await openJournal({
  folder: join(folder, 'journal'),
  syncMs: 10,
  segmentBytes: segmentMb * MIB,
  maxBytes: 1024 * MIB,
  memoryBytes: 64 * MIB,
  readers: [],
  clock: systemClock,
  logger,
  preamble: () => [...lost.openEntries(), ...(relay?.inFlight() ?? [])],
  onRecovered: (entries) => lost.collect(entries),
})
const closed = lost.close(journal, logger)
relay = createRelay({
  config,
  keys: openAccounts(join(folder, 'accounts.db'), systemClock).keys,
  prices: createPriceBook({}, systemClock),
  journal,
  clock: systemClock,
  logger,
  hostName: 'relay-1',
})
const { port } = await relay.listen()
process.stdout.write(`${JSON.stringify({ port, lost: closed })}\n`)
