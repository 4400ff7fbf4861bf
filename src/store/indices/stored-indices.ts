import type { Clock } from '../../kernel/index.ts'
import { SearchFailure } from '../search-failure.ts'
import type {
  AliasAction,
  CreateIndex,
  DocumentIndices,
  Done,
  IndexChanges,
  TemplateKind,
} from './document-indices.ts'
import type { CurrentDocument, DocumentOutcome, DocumentWrite } from './document-write.ts'
import { IndexAdministration } from './index-administration.ts'
import { indexBytes } from './index-files.ts'
import type { DataStreamMeta, IndexMeta, IndexSize, IndexState } from './index-meta.ts'
import { IndexRegistry, indexMissing } from './index-registry.ts'
import { type Json, objectOf } from './json-object.ts'
import type { IndexEntry } from './setup.ts'
import { StreamAdministration } from './stream-administration.ts'
import { TemplateAdministration } from './template-administration.ts'

/** What is known of an index besides its documents and mapping. */
export type RestoredIndex = Omit<IndexEntry, 'uuid' | 'dataStream'>

/** Keeps document indices in the store's folder. One per store; blocks while it works. */
export class StoredIndices implements DocumentIndices {
  readonly #storeFolder: string
  readonly #clock: Clock
  readonly #registry: IndexRegistry
  readonly #administration: IndexAdministration
  readonly #streams: StreamAdministration
  readonly #templates: TemplateAdministration
  #version = 1

  constructor(storeFolder: string, clock: Clock) {
    this.#storeFolder = storeFolder
    this.#clock = clock
    this.#registry = new IndexRegistry(storeFolder, clock)
    this.#administration = new IndexAdministration(this.#registry)
    this.#streams = new StreamAdministration(this.#registry)
    this.#templates = new TemplateAdministration(this.#registry)
  }

  state(known?: number): IndexState | undefined {
    if (known === this.#version) return undefined
    const { setup } = this.#registry
    return {
      version: this.#version,
      indices: [...setup.indices.values()].map((entry) => this.#registry.meta(entry)),
      templates: objectOf(setup.templates),
      componentTemplates: objectOf(setup.components),
      legacyTemplates: objectOf(setup.legacy),
      policies: objectOf(setup.policies),
      dataStreams: [...setup.streams.values()],
      logAliases: objectOf(setup.logAliases),
    }
  }

  sizes(): Readonly<Record<string, IndexSize>> {
    return objectOf(
      [...this.#registry.setup.indices.values()].map((entry) => {
        const documents = this.#registry.documentsOf(entry)
        const bytes = indexBytes(this.#storeFolder, entry.uuid)
        const size = {
          documents: documents.progress.documents,
          deleted: documents.gone,
          bytes,
        }
        return [entry.name, size] as const
      }),
    )
  }

  createIndex(name: string, given: CreateIndex): Done<IndexMeta> {
    return this.#change(() => this.#registry.meta(this.#administration.create(name, given)))
  }

  deleteIndices(names: readonly string[]): Done<true> {
    return this.#do(() => this.#administration.delete(names))
  }

  putMapping(names: readonly string[], mapping: Json): Done<true> {
    return this.#do(() => this.#administration.putMapping(names, mapping))
  }

  putSettings(names: readonly string[], settings: Json): Done<true> {
    return this.#do(() => this.#administration.putSettings(names, settings))
  }

  setOpen(names: readonly string[], isOpen: boolean): Done<true> {
    return this.#do(() => this.#administration.setOpen(names, isOpen))
  }

  updateAliases(actions: readonly AliasAction[]): Done<true> {
    return this.#do(() => this.#administration.updateAliases(actions))
  }

  putTemplate(kind: TemplateKind, name: string, body: Json, create: boolean): Done<true> {
    return this.#do(() => this.#templates.put(kind, name, body, create))
  }

  deleteTemplates(kind: TemplateKind, names: readonly string[]): Done<true> {
    return this.#do(() => this.#templates.delete(kind, names))
  }

  putPolicy(name: string, policy: Json): Done<true> {
    return this.#do(() => this.#templates.putPolicy(name, policy))
  }

  deletePolicy(name: string): Done<true> {
    return this.#do(() => this.#templates.deletePolicy(name))
  }

  createDataStream(name: string): Done<true> {
    return this.#do(() => this.#streams.create(name))
  }

  deleteDataStreams(names: readonly string[]): Done<true> {
    return this.#do(() => this.#streams.delete(names))
  }

  rollover(target: string, next: string | undefined, given: CreateIndex) {
    return this.#change(() => this.#streams.rollover(target, next, given))
  }

  completeIndex(name: string): Done<true> {
    return this.#do(() => this.#streams.complete(name))
  }

  /**
   * Makes an index of a file of documents in the store's folder, which is moved into its place. A
   * mapping is in the file.
   */
  restoreIndex(entry: RestoredIndex, file: string): Done<true> {
    return this.#do(() => this.#registry.adopt(entry, file))
  }

  /** Makes a data stream again of indices that there are. */
  restoreStream(stream: DataStreamMeta): Done<true> {
    return this.#do(() => this.#streams.restore(stream))
  }

  write(operations: readonly DocumentWrite[]): readonly DocumentOutcome[] {
    const places = Map.groupBy(operations.keys(), (place) => operations[place]!.index)
    const outcomes = new Array<DocumentOutcome>(operations.length)
    for (const [name, own] of places) {
      const written = this.#writeTo(
        name,
        own.map((place) => operations[place]!),
      )
      for (const [turn, place] of own.entries()) outcomes[place] = written[turn]!
    }
    return outcomes
  }

  #writeTo(name: string, operations: readonly DocumentWrite[]): readonly DocumentOutcome[] {
    const entry = this.#registry.find(name)
    if (entry === undefined) {
      const failure = indexMissing(name).details
      return operations.map(({ index, id }) => ({ kind: 'failed', index, id, failure }))
    }
    const documents = this.#registry.documentsOf(entry)
    const { mappingVersion } = documents
    const outcomes = documents.write(entry, operations)
    if (documents.mappingVersion !== mappingVersion) this.#version++
    return outcomes
  }

  current(index: string, ids: readonly string[]): readonly (CurrentDocument | undefined)[] {
    const entry = this.#registry.find(index)
    if (entry === undefined) return ids.map(() => undefined)
    return this.#registry.documentsOf(entry).current(ids)
  }

  changed(): readonly string[] {
    return [...this.#registry.documents]
      .filter(([, { isChanged }]) => isChanged)
      .map(([uuid]) => uuid)
  }

  changes(uuid: string, limit: number): IndexChanges | undefined {
    return this.#registry.documents.get(uuid)?.changes(limit)
  }

  applied(uuid: string, upTo: number, horizon: number = upTo): void {
    this.#registry.documents.get(uuid)?.applied(upTo, horizon, this.#clock.nowMs())
  }

  reconcile(columns: readonly (readonly [uuid: string, upTo: number])[]): readonly string[] {
    const positions = new Map(columns)
    const kept = [...this.#registry.documents].filter(([uuid, documents]) =>
      documents.reconcile(positions.get(uuid)),
    )
    return kept.map(([uuid]) => uuid).filter((uuid) => positions.has(uuid))
  }

  dropped(): readonly string[] {
    return this.#registry.dropped()
  }

  close(): void {
    this.#registry.close()
  }

  #do(work: () => void): Done<true> {
    return this.#change(() => {
      work()
      return true
    })
  }

  #change<T>(work: () => T): Done<T> {
    try {
      const value = work()
      this.#version++
      return { ok: true, value }
    } catch (error) {
      if (!(error instanceof SearchFailure)) throw error
      return { ok: false, failure: error.details }
    }
  }
}
