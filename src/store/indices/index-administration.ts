import { illegalArgument, SearchFailure } from '../search-failure.ts'
import type { AliasAction, CreateIndex } from './document-indices.ts'
import type { AliasMeta } from './index-meta.ts'
import { checkAliasName, checkIndexName } from './index-names.ts'
import {
  type IndexRegistry,
  indexMissing,
  isWriteIndex,
  twoWriteIndices,
} from './index-registry.ts'
import { changedSettings, checkChangeable, parseSettings } from './index-settings.ts'
import { planIndex, templateFor } from './index-templates.ts'
import { isObject, type Json, objectOf } from './json-object.ts'
import type { IndexEntry, SetupChange } from './setup.ts'
import { blockOf } from './write-rules.ts'

/** Makes, changes and deletes indices and their aliases. Every method throws SearchFailure. */
export class IndexAdministration {
  readonly #registry: IndexRegistry

  constructor(registry: IndexRegistry) {
    this.#registry = registry
  }

  create(name: string, given: CreateIndex): IndexEntry {
    checkIndexName(name)
    const { setup, templates } = this.#registry
    const chosen = templateFor(setup.templates, name)
    if (chosen?.body.data_stream !== undefined) {
      throw illegalArgument(
        `cannot create index with name [${name}], because it matches with template [${chosen.name}] that creates data streams only, use create data stream api instead`,
      )
    }
    return this.#registry.create(name, planIndex(templates, name, given))
  }

  delete(names: readonly string[]): void {
    const entries = this.#entries(names)
    for (const entry of entries) refuseBlocked(entry, 'delete')
    this.#registry.remove(entries, this.#leavingStreams(entries))
  }

  /** Takes indices out of their data streams, whose last index must stay. */
  #leavingStreams(entries: readonly IndexEntry[]): readonly SetupChange[] {
    const leaving = new Set(entries.map(({ name }) => name))
    return [...this.#registry.setup.streams.values()].flatMap((stream) => {
      const indices = stream.indices.filter((name) => !leaving.has(name))
      if (indices.length === stream.indices.length) return []
      const writeIndex = stream.indices.at(-1)!
      if (leaving.has(writeIndex)) {
        throw illegalArgument(
          `index [${writeIndex}] is the write index for data stream [${stream.name}] and cannot be deleted`,
        )
      }
      return [{ kind: 'stream' as const, name: stream.name, value: { ...stream, indices } }]
    })
  }

  putMapping(names: readonly string[], mapping: Json): void {
    const entries = this.#entries(names)
    for (const entry of entries) refuseBlocked(entry, 'setup')
    const merged = entries.map((entry) => {
      const documents = this.#registry.documentsOf(entry)
      return { documents, schema: documents.schema.merged(mapping) }
    })
    for (const { documents, schema } of merged) {
      if (schema !== documents.schema) documents.setSchema(schema)
    }
  }

  putSettings(names: readonly string[], given: Json): void {
    const entries = this.#entries(names)
    const { settings } = given
    const inner = Object.keys(given).length === 1 && isObject(settings) ? settings : given
    const changes = parseSettings(inner)
    if (changes.size === 0) {
      throw new SearchFailure({
        type: 'action_request_validation_exception',
        reason: 'Validation Failed: 1: no settings to update;',
        status: 400,
      })
    }
    const liftsBlock = [...changes.keys()].every((name) => name.startsWith('index.blocks.'))
    for (const entry of entries) {
      if (!liftsBlock) refuseBlocked(entry, 'setup')
      checkChangeable(changes, entry)
    }
    const changed = entries.map((entry) => {
      const value = { ...entry, settings: changedSettings(entry.settings, changes) }
      const documents = this.#registry.documentsOf(entry)
      return { value, documents, schema: documents.schemaWith(value) }
    })
    for (const { value, documents, schema } of changed) {
      this.#registry.update(value)
      documents.setSchema(schema)
    }
  }

  setOpen(names: readonly string[], isOpen: boolean): void {
    for (const entry of this.#entries(names)) {
      if (entry.isOpen === isOpen) continue
      if (!isOpen && entry.dataStream !== undefined) this.#refuseWriteIndex(entry)
      this.#registry.update({ ...entry, isOpen })
    }
  }

  #refuseWriteIndex({ name, dataStream = '' }: IndexEntry): void {
    if (this.#registry.setup.streams.get(dataStream)?.indices.at(-1) !== name) return
    throw illegalArgument(`cannot close the following data stream write indices [${name}]`)
  }

  /** Carries out all actions or none. */
  updateAliases(actions: readonly AliasAction[]): void {
    const work = new AliasWork(this.#registry)
    const isRemoval = ({ kind }: AliasAction) => kind === 'remove_index'
    for (const action of actions.filter(isRemoval)) work.add(action)
    for (const action of actions.filter((each) => !isRemoval(each))) work.add(action)
    const removed = work.removed()
    this.#registry.remove(removed, [...this.#leavingStreams(removed), ...work.changes()])
  }

  #entries(names: readonly string[]): readonly IndexEntry[] {
    return [...new Set(names)].map((name) => this.#registry.get(name))
  }
}

function refuseBlocked(entry: IndexEntry, what: 'setup' | 'delete'): void {
  const block = blockOf(entry, what)
  if (block !== undefined) throw new SearchFailure(block)
}

type Aliases = Readonly<Record<string, AliasMeta>>

/** Actions on aliases as they add up, before any of it is carried out. */
class AliasWork {
  readonly #registry: IndexRegistry
  readonly #indices = new Map<string, Aliases>()
  readonly #logs = new Map<string, Aliases>()
  readonly #removed = new Map<string, IndexEntry>()

  constructor(registry: IndexRegistry) {
    this.#registry = registry
  }

  add(action: AliasAction): void {
    switch (action.kind) {
      case 'remove_index': {
        const entry = this.#registry.find(action.index)
        if (entry === undefined) throw indexMissing(action.index)
        this.#removed.set(entry.name, entry)
        return
      }
      case 'add':
        checkAliasName(action.alias)
        this.#set(action.index, action.alias, action.meta)
        return
      case 'remove':
        if (this.#aliasesOf(action.index)[action.alias] === undefined) {
          throw aliasMissing(action.alias)
        }
        this.#set(action.index, action.alias, undefined)
        return
      default:
        action satisfies never
    }
  }

  #aliasesOf(index: string): Aliases {
    const entry = this.#registry.find(index)
    return entry === undefined
      ? (this.#logs.get(index) ?? this.#registry.setup.logAliases.get(index) ?? {})
      : (this.#indices.get(index) ?? entry.aliases)
  }

  #set(index: string, alias: string, meta: AliasMeta | undefined): void {
    const others = Object.entries(this.#aliasesOf(index)).filter(([name]) => name !== alias)
    const aliases = objectOf(meta === undefined ? others : [...others, [alias, meta] as const])
    const isLog = this.#registry.find(index) === undefined
    ;(isLog ? this.#logs : this.#indices).set(index, aliases)
    if (meta !== undefined && !this.#removed.has(alias)) this.#registry.checkAlias(alias)
  }

  removed(): readonly IndexEntry[] {
    return [...this.#removed.values()]
  }

  changes(): readonly SetupChange[] {
    const entries = [...this.#indices]
      .filter(([name]) => !this.#removed.has(name))
      .map(([name, aliases]) => ({ ...this.#registry.get(name), aliases }))
    this.#checkWriteIndices(entries)
    return [
      ...entries.map((value) => ({ kind: 'index', name: value.name, value }) as const),
      ...[...this.#logs].map(([name, aliases]) => {
        const value = Object.keys(aliases).length === 0 ? undefined : aliases
        return { kind: 'logAliases', name, value } as const
      }),
    ]
  }

  #checkWriteIndices(changed: readonly IndexEntry[]): void {
    const changedNames = new Set(changed.map(({ name }) => name))
    const others = [...this.#registry.setup.indices.values()].filter(
      ({ name }) => !changedNames.has(name) && !this.#removed.has(name),
    )
    for (const alias of new Set(changed.flatMap(({ aliases }) => Object.keys(aliases)))) {
      const writers = [...others, ...changed].filter((entry) => isWriteIndex(entry, alias))
      if (writers.length > 1)
        throw twoWriteIndices(
          alias,
          writers.map(({ name }) => name),
        )
    }
  }
}

function aliasMissing(alias: string): SearchFailure {
  return new SearchFailure({
    type: 'aliases_not_found_exception',
    reason: `aliases [${alias}] missing`,
    status: 404,
    resource: alias,
  })
}
