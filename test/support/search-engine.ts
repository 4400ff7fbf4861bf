import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pollUntil } from './poll-until.ts'

const SCRIPTS = fileURLToPath(new URL('../../../shared/engines', import.meta.url))
const CACHE = process.env.ENGINES_CACHE ?? join(tmpdir(), 'engines')

/** Engines that can be started, with the folders they lie in. */
const ENGINES = {
  opensearch: 'opensearch-3.6.0',
  elasticsearch: 'elasticsearch-8.11.0',
} as const

export type EngineName = keyof typeof ENGINES

/** Longest start on a busy machine. */
export const ENGINE_START_MS = 120_000

/** Tells whether a real engine can be started here without fetching it first. */
export function hasEngine(name: EngineName): boolean {
  return (
    existsSync(join(SCRIPTS, `start-${name}.sh`)) &&
    existsSync(join(CACHE, ENGINES[name], '.ready'))
  )
}

export interface SearchEngine {
  readonly url: string
  /** Kills it on the spot. */
  kill(): Promise<void>
  /** Starts it again on its data. */
  start(): Promise<void>
  /** Kills it and removes its data. */
  remove(): Promise<void>
}

/** Starts a real search engine on an empty data folder. */
export async function startEngine(name: EngineName): Promise<SearchEngine> {
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), `bellwether-${name}-`))
  const url = `http://127.0.0.1:${port}`
  const engine: SearchEngine = {
    url,
    async kill() {
      const pid = Number(readFileSync(join(data, 'engine.pid'), 'utf8'))
      if (!isAlive(pid)) return
      process.kill(pid, 'SIGKILL')
      await pollUntil(`${name} to be gone`, async () =>
        isAlive(pid) || (await isListening(url)) ? undefined : true,
      )
    },
    async start() {
      const script = spawn(join(SCRIPTS, `start-${name}.sh`), [String(port), data], {
        env: { ...process.env, ENGINES_CACHE: CACHE },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      script.stderr.on('data', (text: Buffer) => {
        said += text.toString()
      })
      const [code] = (await once(script, 'exit')) as [number | null]
      if (code !== 0) throw new Error(`${name} did not start: ${said}`)
    },
    async remove() {
      await engine.kill()
      rmSync(data, { recursive: true, force: true })
    },
  }
  await engine.start()
  return engine
}

/** A free port; the engine takes the one a hundred above for itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const first = await listening(0)
    const second = await listening(first.port + 100).catch(() => undefined)
    await first.close()
    await second?.close()
    if (second !== undefined) return first.port
  }
}

async function listening(port: number) {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // one that has ended and was not waited for by its parent is still listed
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The threads of a killed process may hold its port a little longer. */
async function isListening(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(500) })
    return true
  } catch (error) {
    return !(error instanceof TypeError)
  }
}

type Json = Readonly<Record<string, unknown>>

/** Calls an engine, or what speaks like one. Fails for a status that is not expected. */
export async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  expected: readonly number[] = [200, 201],
): Promise<Json> {
  const isText = typeof body === 'string'
  const response = await fetch(url + path, {
    method,
    ...(body !== undefined && {
      body: isText ? body : JSON.stringify(body),
      headers: { 'content-type': isText ? 'application/x-ndjson' : 'application/json' },
    }),
  })
  const text = await response.text()
  if (!expected.includes(response.status)) {
    throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`)
  }
  return text === '' ? {} : (JSON.parse(text) as Json)
}

/** All ids of some indices, by scrolling through them. */
export async function allIds(url: string, index: string): Promise<readonly string[]> {
  interface Page {
    readonly _scroll_id: string
    readonly hits: { readonly hits: readonly { readonly _id: string }[] }
  }
  await call(url, 'POST', `/${index}/_refresh`)
  const body = { size: 5_000, _source: false, sort: ['_doc'] }
  let page = (await call(url, 'POST', `/${index}/_search?scroll=1m`, body)) as unknown as Page
  const ids: string[] = []
  while (page.hits.hits.length > 0) {
    ids.push(...page.hits.hits.map(({ _id }) => _id))
    const next = { scroll: '1m', scroll_id: page._scroll_id }
    page = (await call(url, 'POST', '/_search/scroll', next)) as unknown as Page
  }
  return ids
}
