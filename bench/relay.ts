import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import { buildProduct } from './relay/build.ts'
import type { Target } from './relay/http-connection.ts'
import { measurePeer } from './relay/measure-peer.ts'
import { measureRelay } from './relay/measure-relay.ts'
import { installPeers, type Peer } from './relay/peers.ts'
import { FULL, type Plan, QUICK } from './relay/plan.ts'
import { nginxVersion, pinSelf, startPinned, stopAll } from './relay/processes.ts'
import { Results } from './relay/results.ts'
import { CHAT_MODEL } from './relay/subject.ts'

// Measures the compiled relay on one core beside nginx as a bare proxy and, with --peers, beside
// Portkey and LiteLLM, each on the same core in front of the same provider. This process and the
// provider share the other core.
//
//   taskset is needed; nginx is left out where it is not installed
//   node bench/relay.ts [--peers] [--profile] [--quick]

const GATEWAY_CORE = 0
const LOAD_CORE = 1

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
})

function heading(loadBefore: number | undefined, peers: readonly Peer[]): string[] {
  const date = new Date().toISOString().slice(0, 10)
  const [cpu] = cpus()
  const others = [
    `nginx ${nginxVersion() ?? '(not installed)'}`,
    ...peers.map(({ name, version }) => `${name} ${version}`),
  ]
  return [
    '# Relay',
    '',
    `${date}, ${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}.`,
    `Node ${process.version}, ${others.join(', ')}.`,
    `Load average before: ${loadBefore?.toFixed(1)}; above 0.5 others used the cores too and latencies say little.`,
    'Gateway on one core, load and provider together on the other, one gateway after the other.',
    'The relay as it is installed, with everything on: journal, bodies recorded, keys with limits, prices, breaker;',
    'nginx as a bare proxy without log.',
    ...(peers.length > 0 ? [PEERS_NOTE] : []),
    `\`node bench/relay.ts${options.peers ? ' --peers' : ''}\` makes this page.`,
  ]
}

const PEERS_NOTE =
  'Portkey with hono as in its own lock file (with later ones it fails every stream), without keys or log of its own; ' +
  'LiteLLM with one worker and a master key, without a database.'

async function measure(plan: Plan): Promise<string> {
  const [loadBefore] = loadavg()
  buildProduct()
  const peers = options.peers && !options.profile ? installPeers() : []
  pinSelf(LOAD_CORE)
  const upstream = await startPinned<Target>(LOAD_CORE, './upstream-process.ts', [])
  const direct = { name: 'nothing', process: { ...upstream, key: 'none' }, model: CHAT_MODEL }
  const results = new Results(plan)
  await measureRelay({ plan, core: GATEWAY_CORE, direct, results, profile: options.profile })
  for (const peer of peers) {
    await measurePeer({ plan, core: GATEWAY_CORE, direct, results, peer })
  }
  return [...heading(loadBefore, peers), ...results.lines(), ''].join('\n')
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(1)))
}

try {
  const page = await measure(options.quick ? QUICK : FULL)
  process.stdout.write(page)
  if (!options.quick && !options.profile) {
    writeFileSync(new URL('./results/relay.md', import.meta.url), page)
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await stopAll()
}
