import { illegalArgument, SearchFailure } from '../search-failure.ts'
import type { CreateIndex } from './document-indices.ts'
import type { AliasMeta, DataStreamMeta } from './index-meta.ts'
import { checkDataStreamName, checkIndexName } from './index-names.ts'
import { type IndexRegistry, indexMissing, isWriteIndex } from './index-registry.ts'
import { composeTemplate, type IndexPlan, planIndex, templateFor } from './index-templates.ts'
import { isObject, type Json, objectOf } from './json-object.ts'
import { overMapping } from './mapping-composition.ts'
import type { IndexEntry, SetupChange } from './setup.ts'

/** The index that was written to and the one that takes its place. */
export interface RolledOver {
  readonly oldIndex: string
  readonly newIndex: string
}

const TIMESTAMP_FIELD = '@timestamp'
const NUMBER_DIGITS = 6

/** Makes data streams and the next index of streams and aliases. Every method throws SearchFailure. */
export class StreamAdministration {
  readonly #registry: IndexRegistry

  constructor(registry: IndexRegistry) {
    this.#registry = registry
  }

  create(name: string): void {
    checkDataStreamName(name)
    const { setup } = this.#registry
    if (setup.streams.has(name)) {
      throw alreadyExists(`data_stream [${name}] already exists`)
    }
    if (this.#registry.find(name) !== undefined || this.#registry.isAlias(name)) {
      throw alreadyExists(`data stream [${name}] conflicts with index or alias`)
    }
    const template = templateFor(setup.templates, name)
    if (template === undefined || template.body.data_stream === undefined) {
      throw illegalArgument(`no matching index template found for data stream [${name}]`)
    }
    const stream: DataStreamMeta = {
      name,
      timestampField: TIMESTAMP_FIELD,
      indices: [],
      generation: 0,
      template: template.name,
      isHidden: isHidden(template.body),
    }
    this.#addBacking(stream, template.body)
  }

  delete(names: readonly string[]): void {
    const streams = names.map((name) => this.#stream(name))
    const entries = streams.flatMap(({ indices }) =>
      indices.map((name) => this.#registry.get(name)),
    )
    const gone = streams.map(({ name }) => ({ kind: 'stream', name, value: undefined }) as const)
    this.#registry.remove(entries, gone)
  }

  #stream(name: string): DataStreamMeta {
    const stream = this.#registry.setup.streams.get(name)
    if (stream === undefined) throw indexMissing(name)
    return stream
  }

  /** Makes the next backing index of a data stream, which writes then go to. */
  #addBacking(stream: DataStreamMeta, template: Json): string {
    const { name } = stream
    const generation = stream.generation + 1
    const index = backingName(name, generation, this.#registry.clock.nowMs())
    const plan = backingPlan(composeTemplate(this.#registry.templates, template))
    const value = { ...stream, generation, indices: [...stream.indices, index] }
    const old = stream.indices.at(-1)
    const rolled = old === undefined ? [] : [this.#rolled(this.#registry.get(old))]
    this.#registry.create(index, plan, {
      dataStream: name,
      changes: () => [{ kind: 'stream', name, value }, ...rolled],
    })
    return index
  }

  /**
   * Makes a data stream again of indices that there are.
   *
   * @throws SearchFailure when its name is taken
   */
  restore(stream: DataStreamMeta): void {
    const { name } = stream
    const { setup } = this.#registry
    const isTaken = setup.streams.has(name) || this.#registry.isAlias(name)
    if (isTaken || this.#registry.find(name) !== undefined) {
      throw alreadyExists(
        `data stream [${name}] conflicts with existing data stream, index or alias`,
      )
    }
    const entries = stream.indices.map((index) => this.#registry.get(index))
    setup.change([
      { kind: 'stream', name, value: stream },
      ...entries.map((entry): SetupChange => {
        return { kind: 'index', name: entry.name, value: { ...entry, dataStream: name } }
      }),
    ])
  }

  /** Notes that an index is written no more. */
  complete(name: string): void {
    this.#registry.setup.change([this.#rolled(this.#registry.get(name))])
  }

  #rolled(entry: IndexEntry): SetupChange {
    const value = { rolledOverMs: this.#registry.clock.nowMs(), ...entry }
    return { kind: 'index', name: entry.name, value }
  }

  rollover(target: string, next: string | undefined, given: CreateIndex): RolledOver {
    const { setup } = this.#registry
    const stream = setup.streams.get(target)
    if (stream !== undefined) return this.#rollStream(stream, next)
    const aliased = this.#registry.aliased(target)
    if (aliased.length > 0)
      return this.#rollAlias(target, writeIndexOf(target, aliased), next, given)
    if (this.#registry.find(target) === undefined) throw indexMissing(target)
    throw illegalArgument(
      'rollover target is a [concrete index] but one of [alias,data_stream] was expected',
    )
  }

  #rollStream(stream: DataStreamMeta, next: string | undefined): RolledOver {
    if (next !== undefined) {
      throw illegalArgument('new index name may not be specified when rolling over a data stream')
    }
    const template = templateFor(this.#registry.setup.templates, stream.name)
    if (template === undefined || template.body.data_stream === undefined) {
      throw illegalArgument(`no matching index template found for data stream [${stream.name}]`)
    }
    const oldIndex = stream.indices.at(-1)!
    return { oldIndex, newIndex: this.#addBacking(stream, template.body) }
  }

  #rollAlias(
    alias: string,
    old: IndexEntry,
    next: string | undefined,
    given: CreateIndex,
  ): RolledOver {
    const newIndex = next ?? followingName(old.name)
    checkIndexName(newIndex)
    const plan = planIndex(this.#registry.templates, newIndex, given)
    if (Object.hasOwn(plan.aliases, alias) && given.aliases?.[alias] === undefined) {
      throw illegalArgument(
        `Rollover alias [${alias}] can point to multiple indices, found duplicated alias [[${alias}]] in index template`,
      )
    }
    const meta = old.aliases[alias]!
    const { is_write_index: isExplicit } = meta
    const aliases = { ...plan.aliases, [alias]: meta }
    const left = leftAliases(old, alias, isExplicit === true)
    // the old index gives the alias up in the same change, so it may still say that it is written
    const unmarked = objectOf(
      Object.entries(aliases).map(([name, own]) => [name, unwritten(own, name === alias)]),
    )
    this.#registry.create(
      newIndex,
      { ...plan, aliases: unmarked },
      {
        changes: (entry) => [
          this.#rolled({ ...old, aliases: left }),
          { kind: 'index', name: newIndex, value: { ...entry, aliases } },
        ],
      },
    )
    return { oldIndex: old.name, newIndex }
  }
}

function unwritten({ is_write_index, ...meta }: AliasMeta, isTarget: boolean): AliasMeta {
  return isTarget || is_write_index === undefined ? meta : { ...meta, is_write_index }
}

/** Aliases of the index that was written to: it keeps one that says which index is written to. */
function leftAliases(
  { aliases }: IndexEntry,
  alias: string,
  isExplicit: boolean,
): IndexEntry['aliases'] {
  const others = Object.entries(aliases).filter(([name]) => name !== alias)
  return objectOf(
    isExplicit ? [...others, [alias, { ...aliases[alias], is_write_index: false }]] : others,
  )
}

function writeIndexOf(alias: string, aliased: readonly IndexEntry[]): IndexEntry {
  const writers = aliased.filter((entry) => isWriteIndex(entry, alias))
  const [single] = aliased
  if (writers.length === 1) return writers[0]!
  if (aliased.length === 1 && single!.aliases[alias]?.is_write_index === undefined) return single!
  throw illegalArgument(`rollover target [${alias}] does not point to a write index`)
}

/** The name after `logs-000001`. */
function followingName(name: string): string {
  const parts = /^(.*-)(\d{1,15})$/.exec(name)
  if (parts === null) {
    throw illegalArgument(`index name [${name}] does not match pattern '^.*-\\d+$'`)
  }
  return parts[1]! + String(Number(parts[2]) + 1).padStart(NUMBER_DIGITS, '0')
}

function backingName(stream: string, generation: number, nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '.')
  return `.ds-${stream}-${day}-${String(generation).padStart(NUMBER_DIGITS, '0')}`
}

/** Backing indices are hidden and have a time per document. */
function backingPlan(plan: IndexPlan): IndexPlan {
  const timestamp = { properties: { [TIMESTAMP_FIELD]: { type: 'date' } } }
  return {
    settings: new Map([...plan.settings, ['index.hidden', 'true']]),
    mappings: overMapping(timestamp, plan.mappings),
    aliases: plan.aliases,
  }
}

function isHidden(template: Json): boolean {
  const stream = template.data_stream
  return isObject(stream) && stream.hidden === true
}

function alreadyExists(reason: string): SearchFailure {
  return new SearchFailure({ type: 'resource_already_exists_exception', reason, status: 400 })
}
