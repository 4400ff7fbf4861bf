import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type FastifyInstance, fastify } from 'fastify'
import { adminRoutes, IndexCatalog, type Indices, mountRoutes } from '../../src/elastic/index.ts'
import { type Journal, openJournal } from '../../src/journal/index.ts'
import { type Config, createLogger, loadConfig } from '../../src/kernel/index.ts'
import { encodeEntry } from '../../src/record/index.ts'
import { installationId } from '../../src/server/installation-id.ts'
import { type LogStore, openLogStore, ServedIndices } from '../../src/server/log/index.ts'
import { StoreSnapshots } from '../../src/server/snapshots/index.ts'

const silent = createLogger({ process: 'test', level: 'silent' })
const PATIENCE_MS = 60_000

/** A record as a client sends it. */
export interface TestRecord {
  readonly id: string
  readonly timeMs: number
  /** Name of the index without its day; default `holysheep-requests`. */
  readonly prefix?: string
  readonly prompt?: string
}

export interface RunningStoreOptions {
  readonly data?: string
  readonly nowMs: number
  readonly store?: Partial<Config['store']>
  readonly snapshots?: Partial<Config['snapshots']>
}

/** A store with its threads, journals, indices and the routes that administer them. */
export class RunningStore {
  readonly data: string
  readonly journal: Journal
  readonly store: LogStore
  readonly indices: Indices
  readonly snapshots: StoreSnapshots
  readonly clock: { nowMs(): number; monotonicMs(): number; set(nowMs: number): void }
  readonly #server: FastifyInstance

  private constructor(parts: {
    readonly data: string
    readonly journal: Journal
    readonly store: LogStore
    readonly indices: Indices
    readonly snapshots: StoreSnapshots
    readonly clock: RunningStore['clock']
  }) {
    this.data = parts.data
    this.journal = parts.journal
    this.store = parts.store
    this.indices = parts.indices
    this.snapshots = parts.snapshots
    this.clock = parts.clock
    this.#server = fastify()
    const routes = adminRoutes({
      catalog: new IndexCatalog(parts.indices, parts.clock),
      search: { count: async () => ({ count: 0 }) },
      clusterUuid: 'test',
      maxBodyBytes: 1 << 20,
      snapshots: parts.snapshots,
    })
    mountRoutes(this.#server, routes, { logger: silent, maxBodyBytes: 1 << 20 })
  }

  static async open(options: RunningStoreOptions): Promise<RunningStore> {
    const data = options.data ?? mkdtempSync(join(tmpdir(), 'running-store-'))
    const clock = turnableClock(options.nowMs)
    const config = loadConfig(undefined, {})
    const folder = join(data, 'journal', 'intake')
    const journal = await openJournal({
      folder,
      syncMs: 5,
      segmentBytes: 1e6,
      maxBytes: 1e9,
      memoryBytes: 1e7,
      readers: ['text', 'columns'],
      clock,
      logger: silent,
    })
    const storeFolder = join(data, 'store')
    const store = await openLogStore({
      folder: storeFolder,
      journals: { intake: folder },
      config: { ...config, store: { ...config.store, ...options.store } },
      clock,
      logger: silent,
      onFailure: (error) => {
        throw error
      },
    })
    const served = new ServedIndices({ store, storeFolder, recordsVisible: async () => {} })
    const indices = served.served()
    const snapshots = new StoreSnapshots({
      store,
      storeFolder,
      indices,
      documents: served.restored(),
      config: { ...config.snapshots, ...options.snapshots },
      installation: installationId(data),
      version: 'test',
      clock,
      logger: silent,
    })
    return new RunningStore({ data, journal, store, indices, snapshots, clock })
  }

  /** Writes records into the journal, from which the store takes them. */
  write(records: readonly TestRecord[]): void {
    for (const { id, timeMs, prefix = 'holysheep-requests', prompt } of records) {
      const source = {
        '@timestamp': new Date(timeMs).toISOString(),
        request_id: id,
        model: 'gpt-4o',
        latency_ms: id.length,
        ...(prompt !== undefined && { prompt }),
        unknown: id,
      }
      const document = { index: prefix, id, received_ms: timeMs, source }
      this.journal.write(encodeEntry('document', JSON.stringify(document)))
    }
  }

  /** Waits until all that was written can be found. */
  async caughtUp(): Promise<void> {
    const { end } = this.journal.status()
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const { columns } = await this.store.status()
      if (columns.positions[0] === end) return
      if (performance.now() > deadline) throw new Error('the store does not catch up')
      await delay(5)
    }
  }

  /** Names of the log indices, ascending. */
  async logNames(): Promise<readonly string[]> {
    const logs = await this.indices.logIndices()
    return logs.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1))
  }

  /** Sends a request to the administrative routes; fails when the answer is no success. */
  async ask(method: 'DELETE' | 'GET' | 'POST' | 'PUT', url: string, body?: unknown) {
    const answer = await this.answer(method, url, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }

  async answer(method: 'DELETE' | 'GET' | 'POST' | 'PUT', url: string, body?: unknown) {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    const headers = { 'content-type': 'application/json' }
    const response = await this.#server.inject({ method, url, headers, ...payload })
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() }
  }

  /** Closes it; the data stay unless told otherwise. */
  async close({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> {
    await this.#server.close()
    await this.snapshots.close()
    await this.store.close()
    await this.journal.close()
    if (!keep) rmSync(this.data, { recursive: true, force: true })
  }
}

function turnableClock(startMs: number): RunningStore['clock'] {
  let now = startMs
  return {
    nowMs: () => now,
    monotonicMs: () => performance.now(),
    set(nowMs) {
      now = nowMs
    },
  }
}
