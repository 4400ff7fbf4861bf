import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FastifyInstance, fastify } from 'fastify'
import { DocumentWriter, elasticRoutes, type Intake } from '../../src/elastic/index.ts'
import { createLogger, systemClock } from '../../src/kernel/index.ts'
import type { IncomingDocument } from '../../src/record/index.ts'
import { AsyncSearches, Cursors } from '../../src/search/index.ts'
import { StoredIndices } from '../../src/store/index.ts'
import { NO_INDICES } from './no-indices.ts'
import { SearchStore, type SearchStoreOptions } from './search-store.ts'
import { storedIndices } from './stored-indices.ts'

const silent = createLogger({ process: 'test', level: 'silent' })

export interface SearchServer {
  readonly store: SearchStore
  readonly url: string
  /** Documents written are held back from the store until `release`. */
  hold(): void
  release(): Promise<void>
  close(): Promise<void>
}

/** Starts the Elasticsearch interface over a store of its own; also mounted under `/es`. */
export async function startSearchServer(options: SearchStoreOptions = {}): Promise<SearchServer> {
  const store = await SearchStore.open(options)
  const intake = new DirectIntake(store)
  const { search } = store
  const clock = options.clock ?? systemClock
  const writer = new DocumentWriter({ search, intake, clock, logger: silent })
  const server: FastifyInstance = fastify()
  const folder = mkdtempSync(join(tmpdir(), 'search-server-'))
  const stored = new StoredIndices(folder, clock)
  const settings = {
    search,
    indices: storedIndices(stored, {
      logs: () => search.indices({ expression: '' }),
      drop: () => undefined,
      refresh: async () => undefined,
    }),
    clock,
    cursors: new Cursors({ search, holds: NO_INDICES, clock }),
    asyncSearches: new AsyncSearches(clock),
    writer,
    logger: silent,
    clusterUuid: 'test',
    maxBodyBytes: 1 << 20,
  }
  await server.register(elasticRoutes, settings)
  await server.register(elasticRoutes, { ...settings, prefix: '/es' })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    store,
    url,
    hold: () => intake.hold(),
    release: () => intake.release(),
    async close() {
      await server.close()
      await store.close()
      stored.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Puts documents into the store at once, or when it is told to. */
class DirectIntake implements Intake {
  readonly #store: SearchStore
  #held: (() => Promise<void>)[] | undefined
  #position = 0
  #applied = Promise.withResolvers<void>()
  #done = 0

  constructor(store: SearchStore) {
    this.#store = store
  }

  hold(): void {
    this.#held = []
  }

  async release(): Promise<void> {
    const held = this.#held ?? []
    this.#held = undefined
    for (const apply of held) await apply()
  }

  async append(documents: readonly IncomingDocument[]): Promise<number> {
    const position = ++this.#position
    const apply = async () => {
      await this.#store.addDocuments(documents)
      this.#done = position
      this.#applied.resolve()
      this.#applied = Promise.withResolvers()
    }
    if (this.#held === undefined) await apply()
    else this.#held.push(apply)
    return position
  }

  async visible(position: number): Promise<void> {
    while (this.#done < position) await this.#applied.promise
  }

  async ready(): Promise<void> {
    await Promise.resolve()
  }
}
