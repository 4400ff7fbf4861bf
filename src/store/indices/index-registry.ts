import { renameSync } from 'node:fs'
import type { Clock } from '../../kernel/index.ts'
import { syncPath } from '../days/day-files.ts'
import { illegalArgument, SearchFailure } from '../search-failure.ts'
import { DocumentIds, newUuid } from './document-ids.ts'
import { IndexDocuments } from './index-documents.ts'
import {
  documentsFile,
  documentsFileIds,
  indicesFolder,
  removeDocumentsFile,
} from './index-files.ts'
import type { AliasMeta, IndexMeta } from './index-meta.ts'
import { invalidAliasName, invalidIndexName } from './index-names.ts'
import { IndexSchema } from './index-schema.ts'
import { changedSettings } from './index-settings.ts'
import type { IndexPlan, TemplateSet } from './index-templates.ts'
import { OpenFiles } from './open-files.ts'
import { type IndexEntry, Setup, type SetupChange } from './setup.ts'

const DEFAULTS = { 'index.number_of_shards': '1', 'index.number_of_replicas': '1' } as const
/** Each keeps files of its own open; Elasticsearch has the same limit per node. */
const MAX_INDICES = 1000

interface CreateOptions {
  /** Data stream that the index belongs to. */
  readonly dataStream?: string
  /** What is to change together with the new entry. */
  readonly changes?: (entry: IndexEntry) => readonly SetupChange[]
}

/** The indices there are, with what is set up for them and their documents. */
export class IndexRegistry {
  readonly setup: Setup
  readonly clock: Clock
  readonly #storeFolder: string
  readonly #files: OpenFiles
  readonly #documents = new Map<string, IndexDocuments>()
  readonly #ids = new DocumentIds()
  #dropped: string[] = []

  constructor(storeFolder: string, clock: Clock) {
    this.#storeFolder = storeFolder
    this.clock = clock
    this.setup = Setup.open(storeFolder)
    this.#files = new OpenFiles(storeFolder)
    const entries = [...this.setup.indices.values()]
    // a crash may leave the file of an index that was being made or deleted
    const known = new Set(entries.map(({ uuid }) => uuid))
    for (const uuid of documentsFileIds(storeFolder)) {
      if (!known.has(uuid)) removeDocumentsFile(storeFolder, uuid)
    }
    for (const entry of entries) {
      this.#documents.set(entry.uuid, IndexDocuments.open(this.#files, entry, this.#context))
    }
  }

  get #context() {
    return { clock: this.clock, ids: this.#ids }
  }

  get templates(): TemplateSet {
    const { templates: index, components: component, legacy } = this.setup
    return { index, component, legacy }
  }

  /** All documents, by the id of their index. */
  get documents(): ReadonlyMap<string, IndexDocuments> {
    return this.#documents
  }

  /** The index of that name; undefined when there is none. */
  find(name: string): IndexEntry | undefined {
    return this.setup.indices.get(name)
  }

  /**
   * The index of that name.
   *
   * @throws SearchFailure when there is none
   */
  get(name: string): IndexEntry {
    const entry = this.find(name)
    if (entry === undefined) throw indexMissing(name)
    return entry
  }

  documentsOf({ uuid }: IndexEntry): IndexDocuments {
    return this.#documents.get(uuid)!
  }

  meta(entry: IndexEntry): IndexMeta {
    const { schema, mappingVersion } = this.documentsOf(entry)
    return {
      ...entry,
      mappings: schema.mapping.toJson(),
      fields: [...schema.mapping.fields().values()],
      mappingVersion,
    }
  }

  /**
   * Makes an index; `changes` are carried out with it.
   *
   * @throws SearchFailure
   */
  create(
    name: string,
    plan: IndexPlan,
    { dataStream, changes = () => [] }: CreateOptions = {},
  ): IndexEntry {
    this.#checkFree(name)
    this.#checkRoom()
    this.#checkAliases(name, plan.aliases)
    const entry: IndexEntry = {
      name,
      uuid: newUuid(),
      createdMs: this.clock.nowMs(),
      settings: changedSettings(DEFAULTS, plan.settings),
      aliases: plan.aliases,
      isOpen: true,
      ...(dataStream !== undefined && { dataStream }),
    }
    const schema = IndexSchema.parse(plan.mappings, entry.settings)
    const documents = IndexDocuments.create(this.#files, entry, schema, this.#context)
    this.setup.change([{ kind: 'index', name, value: entry }, ...changes(entry)])
    this.#documents.set(entry.uuid, documents)
    return entry
  }

  /**
   * Makes an index of a file of documents, which is moved into its place. Its columns are made
   * anew from it.
   *
   * @throws SearchFailure when its name or one of its aliases is taken
   */
  adopt(given: Omit<IndexEntry, 'uuid'>, file: string): void {
    this.#checkFree(given.name)
    this.#checkRoom()
    this.#checkAliases(given.name, given.aliases)
    const entry: IndexEntry = { ...given, uuid: newUuid() }
    // without an entry it is removed by the next start
    renameSync(file, documentsFile(this.#storeFolder, entry.uuid))
    syncPath(indicesFolder(this.#storeFolder))
    try {
      const documents = IndexDocuments.open(this.#files, entry, this.#context)
      documents.reconcile(undefined)
      this.setup.change([{ kind: 'index', name: entry.name, value: entry }])
      this.#documents.set(entry.uuid, documents)
    } catch (error) {
      this.#files.close(entry.uuid)
      removeDocumentsFile(this.#storeFolder, entry.uuid)
      throw error
    }
  }

  #checkRoom(): void {
    const { size } = this.setup.indices
    if (size < MAX_INDICES) return
    throw new SearchFailure({
      type: 'validation_exception',
      reason: `Validation Failed: 1: this action would add [1] shards, but this cluster currently has [${size}]/[${MAX_INDICES}] maximum normal shards open;`,
      status: 400,
    })
  }

  /**
   * Refuses a name that an index, alias or data stream has.
   *
   * @throws SearchFailure
   */
  #checkFree(name: string): void {
    const existing = this.find(name)
    if (existing !== undefined) {
      throw new SearchFailure({
        type: 'resource_already_exists_exception',
        reason: `index [${name}/${existing.uuid}] already exists`,
        status: 400,
        index: name,
      })
    }
    if (this.isAlias(name)) throw invalidIndexName(name, 'already exists as alias')
    if (this.setup.streams.has(name)) throw invalidIndexName(name, 'already exists as data stream')
  }

  #checkAliases(index: string, aliases: Readonly<Record<string, AliasMeta>>): void {
    for (const [alias, meta] of Object.entries(aliases)) {
      if (alias === index) {
        throw illegalArgument(`alias name [${alias}] self-conflicts with index name`)
      }
      this.checkAlias(alias)
      const writers = this.aliased(alias).filter((entry) => isWriteIndex(entry, alias))
      if (meta.is_write_index === true && writers.length > 0) {
        throw twoWriteIndices(alias, [index, ...writers.map(({ name }) => name)])
      }
    }
  }

  /**
   * Refuses an alias whose name something else has.
   *
   * @throws SearchFailure
   */
  checkAlias(alias: string): void {
    if (this.find(alias) === undefined && !this.setup.streams.has(alias)) return
    throw invalidAliasName(alias, 'an index or data stream exists with the same name as the alias')
  }

  /** Indices that have the alias. */
  aliased(alias: string): readonly IndexEntry[] {
    return [...this.setup.indices.values()].filter(({ aliases }) => Object.hasOwn(aliases, alias))
  }

  isAlias(name: string): boolean {
    return (
      this.aliased(name).length > 0 ||
      [...this.setup.logAliases.values()].some((aliases) => Object.hasOwn(aliases, name))
    )
  }

  /** Puts an entry in the place of the one of its name. */
  update(entry: IndexEntry): void {
    this.setup.change([{ kind: 'index', name: entry.name, value: entry }])
  }

  /** Deletes indices with their documents, together with other changes. */
  remove(entries: readonly IndexEntry[], changes: readonly SetupChange[] = []): void {
    const gone = entries.map(({ name }) => ({ kind: 'index', name, value: undefined }) as const)
    this.setup.change([...gone, ...changes])
    for (const { uuid } of entries) {
      this.#documents.delete(uuid)
      this.#files.close(uuid)
      removeDocumentsFile(this.#storeFolder, uuid)
      this.#dropped.push(uuid)
    }
  }

  /** Indices removed since the last call. */
  dropped(): readonly string[] {
    const dropped = this.#dropped
    this.#dropped = []
    return dropped
  }

  close(): void {
    this.#files.closeAll()
    this.setup.close()
  }
}

/** Tells whether an alias of an index says that writes go there. */
export function isWriteIndex({ aliases }: IndexEntry, alias: string): boolean {
  return aliases[alias]?.is_write_index === true
}

/** Makes the failure of a name that no index has. */
export function indexMissing(name: string): SearchFailure {
  return new SearchFailure({
    type: 'index_not_found_exception',
    reason: `no such index [${name}]`,
    status: 404,
    index: name,
    resource: name,
  })
}

/** Makes the failure of an alias that would have more than one index to write to. */
export function twoWriteIndices(alias: string, indices: readonly string[]): SearchFailure {
  return new SearchFailure({
    type: 'illegal_state_exception',
    reason: `alias [${alias}] has more than one write index [${indices.join(',')}]`,
    // Elasticsearch answers 500, as if that were its own fault
    status: 400,
  })
}
