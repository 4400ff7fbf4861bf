import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPriceBook, openAccounts } from '../../dist/accounts/index.js'
import { openJournal } from '../../dist/journal/index.js'
import { createLogger, loadConfig, systemClock } from '../../dist/kernel/index.js'
import { createRelay } from '../../dist/relay/index.js'
import { journalLimits } from '../../dist/server/journals.js'

// The relay as it is in a product, compiled, with real keys, prices, limits and journal; only the
// providers are the bench's. Arguments: the providers' base URL, whose bodies are recorded.

const [baseUrl, logBodies = 'all'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'bellwether-bench-'))
const logger = createLogger({ process: 'bench', level: 'warn' })
const defaults = loadConfig(undefined, {})
const provider = { base_url: baseUrl, api_key: 'sk-bench-provider-credential' }
const config = {
  ...defaults,
  listen: { ...defaults.listen, relay: 0 },
  relay: { ...defaults.relay, log_bodies: logBodies },
  providers: {
    openai: { kind: 'openai-compatible', ...provider },
    anthropic: { kind: 'anthropic', ...provider },
  },
  models: {
    'gpt-4o-mini': { target: 'openai/gpt-4o-mini', targets: [] },
    'claude-bench': { target: 'anthropic/claude-sonnet-4-5', targets: [] },
  },
}
const accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
// limits that are counted with every call and never reached
const limits = { requestsPerMinute: 1e8, tokensPerMinute: 1e11, concurrent: 1e5 }
const { secret } = accounts.keys.create({ name: 'bench', limits })
let relay
const journal = await openJournal({
  folder: join(folder, 'journal'),
  ...journalLimits(config),
  // closed segments go as they do where the log process keeps up
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
console.log(JSON.stringify({ port, key: secret }))

async function stop() {
  await relay.close(0)
  await journal.close()
  accounts.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
