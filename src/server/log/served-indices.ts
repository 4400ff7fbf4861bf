import type { Indices } from '../../elastic/index.ts'
import type { DocumentHolds, IndexSource, SeenAsOf } from '../../search/index.ts'
import { logEntries } from '../../search/index.ts'
import type { AliasAction, Done, IndexState, IndexTable } from '../../store/index.ts'
import { ClusterSettings } from './cluster-settings.ts'
import type { LogStore } from './log-store.ts'

interface ServedIndicesOptions {
  readonly store: LogStore
  readonly storeFolder: string
  /** Resolves once searches find all records that were accepted before. */
  recordsVisible(): Promise<void>
}

type Documents = Omit<
  Indices,
  'state' | 'logIndices' | 'dropLogIndices' | 'refresh' | 'clusterSettings' | 'putClusterSettings'
>

/** Puts document indices of snapshots back. */
export type RestoredIndices = Pick<LogStore['documents'], 'restoreIndex' | 'restoreStream'>

/**
 * All indices as the wire and the searches see them. Everything that changes one passes through
 * here, so what is set up is asked of its thread only after a change.
 */
export class ServedIndices implements IndexSource, DocumentHolds {
  readonly #store: LogStore
  readonly #settings: ClusterSettings
  readonly #recordsVisible: () => Promise<void>
  #state: IndexState | undefined
  /** Changes that were asked for; a state that was read while one was under way may lack it. */
  #changes = 0
  #stateAt = -1

  constructor({ store, storeFolder, recordsVisible }: ServedIndicesOptions) {
    this.#store = store
    this.#settings = new ClusterSettings(storeFolder)
    this.#recordsVisible = recordsVisible
  }

  /** Everything that is set up now. */
  async state(): Promise<IndexState> {
    if (this.#state !== undefined && this.#stateAt === this.#changes) return this.#state
    const at = this.#changes
    const changed = await this.#store.documents.state(this.#state?.version)
    if (changed !== undefined && changed.version >= (this.#state?.version ?? 0)) {
      this.#state = changed
    }
    this.#stateAt = Math.max(this.#stateAt, at)
    return this.#state!
  }

  async tables(): Promise<ReadonlyMap<string, IndexTable>> {
    const tables = await this.#store.indexTables()
    return new Map(tables.map((table) => [table.uuid, table]))
  }

  hold(uuids: readonly string[]): Promise<SeenAsOf> {
    return this.#store.refresher.hold(uuids)
  }

  release(seen: SeenAsOf): Promise<void> {
    return this.#store.refresher.release(seen)
  }

  /** The same for the wire. */
  served(): Indices {
    return {
      ...this.#documents(),
      state: async (known) => {
        const state = await this.state()
        return state.version === known ? undefined : state
      },
      logIndices: async () => logEntries((await this.#store.reader.catalog()).days),
      dropLogIndices: (names) => this.#dropLogIndices(names),
      refresh: async () => {
        await Promise.all([this.#store.refresher.look(), this.#recordsVisible()])
      },
      clusterSettings: async () => this.#settings.get(),
      putClusterSettings: async (settings) => {
        this.#settings.put(settings)
        return { ok: true, value: true }
      },
    }
  }

  #documents(): Documents {
    const { documents } = this.#store
    return {
      sizes: documents.sizes,
      current: documents.current,
      createIndex: this.#changing(documents.createIndex),
      deleteIndices: this.#changing(documents.deleteIndices),
      putMapping: this.#changing(documents.putMapping),
      putSettings: this.#changing(documents.putSettings),
      setOpen: this.#changing(documents.setOpen),
      updateAliases: this.#changing(documents.updateAliases),
      putTemplate: this.#changing(documents.putTemplate),
      deleteTemplates: this.#changing(documents.deleteTemplates),
      putPolicy: this.#changing(documents.putPolicy),
      deletePolicy: this.#changing(documents.deletePolicy),
      createDataStream: this.#changing(documents.createDataStream),
      deleteDataStreams: this.#changing(documents.deleteDataStreams),
      rollover: this.#changing(documents.rollover),
      completeIndex: this.#changing(documents.completeIndex),
      write: this.#changing(documents.write),
    }
  }

  /** The same for restores. */
  restored(): RestoredIndices {
    const { restoreIndex, restoreStream } = this.#store.documents
    return {
      restoreIndex: this.#changing(restoreIndex),
      restoreStream: this.#changing(restoreStream),
    }
  }

  /** What is set up may be another after the call, and already while it runs. */
  #changing<Values extends readonly unknown[], Result>(
    call: (...values: Values) => Promise<Result>,
  ): (...values: Values) => Promise<Result> {
    return async (...values) => {
      this.#changes++
      try {
        return await call(...values)
      } finally {
        this.#changes++
      }
    }
  }

  async #dropLogIndices(names: readonly string[]): Promise<Done<true>> {
    const { days } = await this.#store.reader.catalog()
    const chosen = logEntries(days).filter(({ name }) => names.includes(name))
    for (const [day, entries] of Map.groupBy(chosen, (entry) => entry.day)) {
      const prefixes = entries.map(({ prefix }) => prefix)
      if (prefixes.length === day.prefixes.length) await this.#store.dropDay(day.day, prefixes)
      else await this.#store.erasePrefixes(day.day, prefixes)
    }
    const { logAliases } = await this.state()
    const aliases = chosen.flatMap(({ name: index }) =>
      Object.keys(logAliases[index] ?? {}).map((alias): AliasAction => {
        return { kind: 'remove', index, alias }
      }),
    )
    if (aliases.length === 0) return { ok: true, value: true }
    return await this.#changing(this.#store.documents.updateAliases)(aliases)
  }
}
