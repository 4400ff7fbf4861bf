import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { adminRoutes, IndexCatalog, mountRoutes } from '../../src/elastic/index.ts'
import { type Clock, createLogger } from '../../src/kernel/index.ts'
import type { IndexEntry } from '../../src/search/index.ts'
import { type DocumentWrite, StoredIndices } from '../../src/store/index.ts'
import { storedIndices } from './stored-indices.ts'

const NOW = Date.parse('2026-01-07T12:00:00Z')

export interface AdminServer {
  readonly url: string
  /** How often a client asked for a refresh. */
  readonly refreshed: number
  write(operations: readonly DocumentWrite[]): void
  close(): Promise<void>
}

/** Serves the administrative half of the interface over real document indices in a folder. */
export async function startAdminServer(port = 0): Promise<AdminServer> {
  const folder = mkdtempSync(join(tmpdir(), 'admin-'))
  const clock: Clock = { nowMs: () => NOW, monotonicMs: () => performance.now() }
  const stored = new StoredIndices(folder, clock)
  const refreshes = { count: 0 }
  const logs = logDays()
  const indices = storedIndices(stored, {
    logs: async () => logs,
    drop: (name) => logs.splice(0, logs.length, ...logs.filter((log) => log.name !== name)),
    async refresh() {
      refreshes.count++
      await Promise.resolve()
    },
  })
  // names come in lists
  const server = fastify({ routerOptions: { maxParamLength: 16_384 } })
  const logger = createLogger({ process: 'test', level: 'silent' })
  const routes = adminRoutes({
    catalog: new IndexCatalog(indices, clock),
    search: { count: async () => ({ count: 0 }) },
    clusterUuid: 'test-cluster',
    maxBodyBytes: 1 << 20,
  })
  mountRoutes(server, routes, { logger, maxBodyBytes: 1 << 20 })
  const url = await server.listen({ host: '127.0.0.1', port })
  return {
    url,
    get refreshed() {
      return refreshes.count
    },
    write: (operations) => void stored.write(operations),
    async close() {
      await server.close()
      stored.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function logDays(): IndexEntry[] {
  return ['2026-01-06', '2026-01-05'].flatMap((day) => {
    const prefixes = ['holysheep-requests', 'holysheep-events'].map((prefix) => ({
      prefix,
      rows: 3,
      firstMs: Date.parse(day),
      lastMs: Date.parse(day),
    }))
    const columns = { day, prefixes, missing: [], bytes: 6_000 }
    return prefixes.map(({ prefix }) => ({
      name: `${prefix}-${day.replaceAll('-', '.')}`,
      prefix,
      day: columns,
    }))
  })
}
