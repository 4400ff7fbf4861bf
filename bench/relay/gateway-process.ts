import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPriceBook, openAccounts } from '../../src/accounts/index.ts'
import { openJournal } from '../../src/journal/index.ts'
import { createLogger, loadConfig, systemClock } from '../../src/kernel/index.ts'
import { createRelay, type Relay } from '../../src/relay/index.ts'
import { journalLimits } from '../../src/server/journals.ts'

// The relay as it is in a product: real keys, prices and journal, only the provider is the bench's.

const folder = mkdtempSync(join(tmpdir(), 'bellwether-bench-'))
const logger = createLogger({ process: 'bench', level: 'warn' })
const defaults = loadConfig(undefined, {})
const config = {
  ...defaults,
  listen: { ...defaults.listen, relay: 0 },
  relay: { ...defaults.relay, log_bodies: process.argv[3] === 'none' ? 'none' : 'all' } as const,
  providers: {
    openai: {
      kind: 'openai-compatible' as const,
      base_url: process.argv[2] ?? '',
      api_key: 'sk-bench-provider-credential',
    },
  },
  models: { 'gpt-4o-mini': { target: 'openai/gpt-4o-mini', targets: [] } },
}
const accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
let relay: Relay | undefined
const journal = await openJournal({
  folder: join(folder, 'journal'),
  ...journalLimits(config),
  readers: [],
  clock: systemClock,
  logger,
  preamble: () => relay?.inFlight() ?? [],
})
relay = createRelay({
  config,
  keys: accounts.keys,
  prices: createPriceBook(config.prices, systemClock),
  journal,
  clock: systemClock,
  logger,
  hostName: 'bench',
})
const { port } = await relay.listen()
const { secret } = accounts.keys.create({ name: 'bench' })
console.log(JSON.stringify({ port, key: secret }))

async function stop(): Promise<void> {
  await relay?.close(0)
  await journal.close()
  accounts.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
