import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Target } from './relay/http-connection.ts'
import {
  type ClosedLoop,
  closedLoop,
  openLoop,
  type Quantiles,
  quantiles,
  streamLoad,
} from './relay/load.ts'
import {
  processorMicroseconds,
  residentMegabytes,
  startNginx,
  startPinned,
  stopAll,
} from './relay/processes.ts'

// Measures the relay on one core beside nginx as a bare proxy on the same core, both in front of
// the same provider. This process and the provider share the other core.
//
//   taskset is needed; nginx is left out where it is not installed
//   node bench/relay.ts [--profile] [--quick]

const GATEWAY_CORE = 0
const LOAD_CORE = 1

const { values: options } = parseArgs({
  options: { profile: { type: 'boolean' }, quick: { type: 'boolean' } },
})
const phaseMs = options.quick ? 2_000 : 4_000
const WARM_UP_MS = 8_000

if (process.env.BENCH_PINNED === undefined) {
  const { spawnSync } = await import('node:child_process')
  const command = ['-c', String(LOAD_CORE), process.execPath, ...process.argv.slice(1)]
  const { status } = spawnSync('taskset', command, {
    stdio: 'inherit',
    env: { ...process.env, BENCH_PINNED: '1' },
  })
  process.exit(status ?? 1)
}

function chatBody(bytes: number, stream: boolean): string {
  const words = 'Bellwether measures what a call costs on its way through the relay. '
  const frame = { model: 'gpt-4o-mini', stream, temperature: 0.2 }
  const content = words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes - 150)
  return JSON.stringify({ ...frame, messages: [{ role: 'user', content }] })
}

const SMALL = chatBody(1024, false)

async function main(): Promise<void> {
  const head = heading()
  const upstream = await startPinned<Target>(LOAD_CORE, './upstream-process.ts', [])
  const direct = { ...upstream, key: 'none' }
  const profiling = options.profile ? ['--cpu-prof', '--cpu-prof-dir=/tmp/bellwether-profile'] : []
  const baseUrl = `http://127.0.0.1:${upstream.port}/v1`
  const gateway = await startPinned<Target>(
    GATEWAY_CORE,
    './gateway-process.ts',
    [baseUrl],
    profiling,
  )
  const bare = await startPinned<Target>(GATEWAY_CORE, './gateway-process.ts', [baseUrl, 'none'])
  const proxy = options.profile ? undefined : await startNginx(GATEWAY_CORE, upstream.port)
  const nginx = proxy && { ...proxy, key: 'none' }
  // long enough for the compiler to have seen everything
  await closedLoop(gateway, SMALL, 64, WARM_UP_MS)
  await closedLoop(bare, SMALL, 64, options.profile ? 0 : WARM_UP_MS)
  const relays = { relay: gateway, 'relay, bodies not recorded': bare, nginx }
  const lines = [...head, ...(await measureThroughput(relays, [['1 KB', SMALL, 64]]))]
  if (!options.profile) {
    // large bodies last: the disk is still busy with them for seconds afterwards
    const large = [
      ['50 KB', chatBody(50_000, false), 32],
      ['1 MB', chatBody(1_000_000, false), 8],
    ] as const
    lines.push(...(await measureAdded(direct, gateway, nginx)))
    lines.push(...(await measureStreams(direct, gateway, nginx)))
    lines.push(...(await measureThroughput({ relay: gateway, nginx }, large)))
  }
  const page = `${lines.join('\n')}\n`
  console.log(page)
  if (!options.quick && !options.profile) {
    writeFileSync(new URL('./results/relay.md', import.meta.url), page)
  }
}

function heading(): string[] {
  const date = new Date().toISOString().slice(0, 10)
  const [cpu] = cpus()
  return [
    '# Relay',
    '',
    `${date}, ${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}.`,
    `Load average before: ${loadavg()[0]?.toFixed(1)}; above 0.5 others used the cores too and latencies say little.`,
    'Gateway on one core, load and provider together on the other; journal on, bodies recorded;',
    'nginx as a bare proxy without log on the same core, in turn. `node bench/relay.ts` makes this page.',
  ]
}

type Process = Target & { readonly pid: number }

type Case = readonly [name: string, body: string, connections: number]

/** Short turns, so that what else the machine does hits all alike. */
const TURNS = options.quick ? 1 : 4

async function measureThroughput(
  targets: Readonly<Record<string, Process | undefined>>,
  cases: readonly Case[],
): Promise<string[]> {
  const lines = [
    '',
    `## As many calls as it takes, bodies of ${cases.map(([name]) => name).join(', ')}`,
    '',
    `Best of ${TURNS} turns; processor time, of all turns, is only what the process itself used.`,
    '',
    '| body | connections | through | calls/s | p50 / p99 ms | processor time per call, us | failed | memory MB |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const [name, body, connections] of cases) {
    const rows = Object.entries(targets).flatMap(([through, target]) =>
      target === undefined ? [] : [{ through, target, turns: [] as Turn[] }],
    )
    for (let turn = 0; turn < TURNS; turn++) {
      for (const { target, turns } of rows) turns.push(await takeTurn(target, body, connections))
    }
    for (const { through, target, turns } of rows) {
      const best = turns.reduce((a, b) => (b.perSecond > a.perSecond ? b : a))
      const calls = turns.reduce((sum, { latency }) => sum + latency.count, 0)
      const perCall = turns.reduce((sum, { usedMicroseconds }) => sum + usedMicroseconds, 0) / calls
      const failed = turns.reduce((sum, turn) => sum + turn.failed, 0)
      lines.push(
        `| ${name} | ${connections} | ${through} | ${Math.round(best.perSecond)} | ` +
          `${pair(best.latency)} | ${Math.round(perCall)} | ${failed} | ${residentMegabytes(target.pid)} |`,
      )
    }
  }
  return lines
}

type Turn = ClosedLoop & { readonly usedMicroseconds: number }

async function takeTurn(target: Process, body: string, connections: number): Promise<Turn> {
  const before = processorMicroseconds(target.pid)
  const result = await closedLoop(target, body, connections, phaseMs / 2)
  return { ...result, usedMicroseconds: processorMicroseconds(target.pid) - before }
}

function pair({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return `${p50.toFixed(2)} / ${p99.toFixed(2)}`
}

/** The middle of the turns' quantiles: one turn with a stall of the machine does not decide. */
function middle(turns: readonly Quantiles[]): Quantiles {
  const of = (pick: (turn: Quantiles) => number) =>
    turns.map(pick).sort((a, b) => a - b)[Math.floor(turns.length / 2)] ?? Number.NaN
  const count = turns.reduce((sum, turn) => sum + turn.count, 0)
  return { p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), count }
}

async function measureAdded(
  direct: Target,
  gateway: Target,
  nginx: Target | undefined,
): Promise<string[]> {
  const turns = options.quick ? 1 : 5
  const lines = [
    '',
    '## Added latency at a fixed rate, 1 KB bodies',
    '',
    `Quantile through the gateway minus the same without it; the middle of ${turns} turns of a second.`,
    '',
    '| calls/s | direct p50 / p99 ms | relay adds p50 / p99 ms | nginx adds p50 / p99 ms | calls |',
    '|---|---|---|---|---|',
  ]
  for (const perSecond of [200, 1000, 2000]) {
    const taken = {
      direct: [] as Quantiles[],
      gateway: [] as Quantiles[],
      nginx: [] as Quantiles[],
    }
    const turn = async (target: Target) =>
      quantiles(await openLoop(target, SMALL, perSecond, 1_000))
    for (let round = 0; round < turns; round++) {
      taken.direct.push(await turn(direct))
      taken.gateway.push(await turn(gateway))
      if (nginx) taken.nginx.push(await turn(nginx))
    }
    const base = middle(taken.direct)
    const added = (times: readonly Quantiles[]) => {
      const through = middle(times)
      return pair({ p50: through.p50 - base.p50, p99: through.p99 - base.p99 })
    }
    lines.push(
      `| ${perSecond} | ${pair(base)} | ${added(taken.gateway)} | ` +
        `${nginx ? added(taken.nginx) : '-'} | ${middle(taken.gateway).count} |`,
    )
  }
  return lines
}

async function measureStreams(
  direct: Process,
  gateway: Process,
  nginx: Process | undefined,
): Promise<string[]> {
  const lines = [
    '',
    '## 500 streams at once, 50 chunks each, 20 ms apart',
    '',
    '| through | first byte p50 / p99 ms | chunk delay p50 / p99 ms | processor time per chunk, us | chunks | failed | memory MB |',
    '|---|---|---|---|---|---|---|',
  ]
  const body = chatBody(1024, true)
  for (const [name, target] of [
    ['nothing', direct],
    ['relay', gateway],
    ['nginx', nginx],
  ] as const) {
    if (target === undefined) continue
    await sleep(500)
    const before = processorMicroseconds(target.pid)
    const { firstByte, chunkDelay, failed } = await streamLoad(target, body, 500, phaseMs)
    const perChunk = (processorMicroseconds(target.pid) - before) / chunkDelay.count
    const memory = residentMegabytes(target.pid)
    lines.push(
      `| ${name} | ${pair(firstByte)} | ${pair(chunkDelay)} | ${name === 'nothing' ? '-' : perChunk.toFixed(1)} | ${chunkDelay.count} | ${failed} | ${memory} |`,
    )
  }
  return lines
}

try {
  await main()
} finally {
  await stopAll()
}
