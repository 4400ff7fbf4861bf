import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { openAccounts } from '../../src/accounts/index.ts'
import { systemClock } from '../../src/kernel/index.ts'
import { RELAY_PROCESS } from '../../src/server/relay-process-options.ts'
import { pollUntil } from '../support/poll-until.ts'
import { type CallEntry, readEntries, SMALL_BODY } from './relay-fixture.ts'

const STREAMS = 1_000
const LOAD_MS = 60_000
/** From here on memory must not grow: everything has been used once. */
const WARM_MS = 20_000
const SETTLE_MS = 4_000
const MOST_GROWTH = 0.1

/** Callers who have left keep their place while their provider is read on: 64 at most. */
const PLACES = STREAMS + 64

const children: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Numbers from 0 to 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function startChild(name: string, ...parameters: string[]): Promise<[ChildProcess, string]> {
  const script = fileURLToPath(new URL(`./${name}`, import.meta.url))
  const child = spawn(process.execPath, [...RELAY_PROCESS.arguments, script, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...RELAY_PROCESS.environment },
  })
  children.push(child)
  const [data] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return [child, data.toString()]
}

interface Running {
  readonly pid: number
  readonly port: number
  readonly key: string
  readonly folder: string
}

async function startRelayProcess(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-streams-'))
  folders.push(folder)
  const accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
  const { secret } = accounts.keys.create({ name: 'test' })
  accounts.close()
  const [, providerPort] = await startChild('provider-child.ts')
  const settings = JSON.stringify({ limits: { each_key: { concurrent: PLACES } }, segmentMb: 4 })
  const baseUrl = `http://127.0.0.1:${providerPort.trim()}/v1`
  const [child, started] = await startChild('relay-child.ts', folder, baseUrl, settings)
  const { port } = JSON.parse(started) as { readonly port: number }
  return { pid: child.pid ?? 0, port, key: secret, folder }
}

function openFiles({ pid }: Running): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function residentMb({ pid }: Running): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

async function callsUnderWay({ port }: Running): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^bellwether_relay_in_flight_calls (\d+)/m.exec(metrics)?.[1])
}

async function begin(relay: Running, agent: Agent, user: string): Promise<IncomingMessage> {
  const call = request({
    ...{ agent, port: relay.port, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions' },
    headers: { authorization: `Bearer ${relay.key}`, 'content-type': 'application/json' },
  })
  call.on('error', () => undefined)
  call.end(JSON.stringify({ ...SMALL_BODY, user, stream: true }))
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)
  return response
}

/** Calls again and again until `untilMs`; one of four callers leaves before the end. */
async function keepCalling(
  relay: Running,
  agent: Agent,
  random: () => number,
  untilMs: number,
): Promise<Map<string, number>> {
  const statuses = new Map<string, number>()
  while (performance.now() < untilMs) {
    const pieces = 5 + Math.floor(random() * 40)
    const isCut = random() < 0.05
    const leavesAfterMs = random() < 0.25 ? random() * pieces * 180 : undefined
    const response = await begin(relay, agent, `${pieces}${isCut ? ' cut' : ''}`)
    statuses.set(String(response.headers['x-request-id']), response.statusCode ?? 0)
    const timer =
      leavesAfterMs === undefined ? undefined : setTimeout(() => response.destroy(), leavesAfterMs)
    response.resume()
    await once(response, 'close')
    clearTimeout(timer)
  }
  return statuses
}

async function loadFor(relay: Running): Promise<readonly [string, number][]> {
  const agent = new Agent({ keepAlive: true })
  const startMs = performance.now()
  const callers = Array.from({ length: STREAMS }, async (_, place) => {
    await sleep(place)
    return keepCalling(relay, agent, seeded(place + 1), startMs + LOAD_MS)
  })
  const statuses = await Promise.all(callers)
  agent.destroy()
  return statuses.flatMap((each) => [...each])
}

function countOutcomes(entries: readonly CallEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { kind, record } of entries) {
    if (kind === 'close') counts[record.outcome ?? ''] = (counts[record.outcome ?? ''] ?? 0) + 1
  }
  return counts
}

/** Expects that exactly as many calls as there are places can be under way at once. */
async function expectPlacesFree(relay: Running): Promise<void> {
  const agent = new Agent()
  const begun = Array.from({ length: PLACES }, () => begin(relay, agent, '600'))
  const responses = await Promise.all(begun)
  expect(responses.filter(({ statusCode }) => statusCode !== 200)).toHaveLength(0)
  expect((await begin(relay, agent, '1')).statusCode).toBe(429)
  for (const response of responses) response.destroy()
}

it('holds a thousand streams for a minute, with callers and providers that break off', async () => {
  const relay = await startRelayProcess()
  await callsUnderWay(relay)
  const idleFiles = openFiles(relay)
  const load = loadFor(relay)
  await sleep(WARM_MS)
  const warmMb = residentMb(relay)
  const busy = await callsUnderWay(relay)
  const answered = await load
  await pollUntil(
    'the last calls to end',
    async () => ((await callsUnderWay(relay)) === 0 ? true : undefined),
    15_000,
  )
  await sleep(SETTLE_MS)
  const endMb = residentMb(relay)
  const entries = await readEntries(join(relay.folder, 'journal'))
  const closes = entries.filter(({ kind }) => kind === 'close')
  const outcomes = countOutcomes(entries)
  // the numbers, for those who compare machines
  process.stdout.write(
    `${STREAMS} streams: ${closes.length} calls ${JSON.stringify(outcomes)}, ${busy} at once, ` +
      `${warmMb.toFixed(0)} MB after ${WARM_MS / 1_000} s, ${endMb.toFixed(0)} MB in the end\n`,
  )
  expect(busy).toBeGreaterThan(STREAMS * 0.9)
  const opened = new Set(entries.map(({ record }) => record.request_id))
  const closed = new Set(closes.map(({ record }) => record.request_id))
  expect(closes).toHaveLength(closed.size)
  expect(closed).toEqual(opened)
  expect(answered.filter(([, status]) => status !== 200)).toEqual([])
  expect(answered.filter(([id]) => !closed.has(id))).toEqual([])
  expect(new Set(Object.keys(outcomes))).toEqual(new Set(['ok', 'client_closed', 'upstream_error']))
  expect(endMb).toBeLessThan(warmMb * (1 + MOST_GROWTH))
  await expect.poll(() => openFiles(relay), { timeout: 30_000 }).toBeLessThanOrEqual(idleFiles + 2)
  await expectPlacesFree(relay)
})
