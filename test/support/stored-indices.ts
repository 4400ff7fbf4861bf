import type { Indices } from '../../src/elastic/index.ts'
import type { IndexEntry } from '../../src/search/index.ts'
import type { StoredIndices } from '../../src/store/index.ts'

interface LogIndices {
  logs(): Promise<readonly IndexEntry[]>
  drop(name: string): void
  refresh(): Promise<void>
}

/** Document indices of this thread, with the log indices given, as the wire needs them. */
export function storedIndices(stored: StoredIndices, { logs, drop, refresh }: LogIndices): Indices {
  const settings = new Map<string, string>()
  return {
    state: async (known) => stored.state(known),
    sizes: async () => stored.sizes(),
    createIndex: async (...values) => stored.createIndex(...values),
    deleteIndices: async (...values) => stored.deleteIndices(...values),
    putMapping: async (...values) => stored.putMapping(...values),
    putSettings: async (...values) => stored.putSettings(...values),
    setOpen: async (...values) => stored.setOpen(...values),
    updateAliases: async (...values) => stored.updateAliases(...values),
    putTemplate: async (...values) => stored.putTemplate(...values),
    deleteTemplates: async (...values) => stored.deleteTemplates(...values),
    putPolicy: async (...values) => stored.putPolicy(...values),
    deletePolicy: async (...values) => stored.deletePolicy(...values),
    createDataStream: async (...values) => stored.createDataStream(...values),
    deleteDataStreams: async (...values) => stored.deleteDataStreams(...values),
    rollover: async (...values) => stored.rollover(...values),
    completeIndex: async (...values) => stored.completeIndex(...values),
    write: async (...values) => stored.write(...values),
    current: async (...values) => stored.current(...values),
    logIndices: logs,
    async dropLogIndices(names) {
      for (const name of names) drop(name)
      return { ok: true, value: true }
    },
    refresh,
    clusterSettings: async () => Object.fromEntries(settings),
    async putClusterSettings(changes) {
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) settings.delete(name)
        else settings.set(name, value)
      }
      return { ok: true, value: true }
    },
  }
}
