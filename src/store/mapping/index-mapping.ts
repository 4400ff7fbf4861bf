import { illegalArgument } from '../search-failure.ts'
import { type Definition, eachDefinition, markDynamic, withDefinition } from './definition.ts'
import type { DynamicRules } from './dynamic-field.ts'
import type { MappedField } from './mapped-field.ts'
import { mappedFields } from './mapped-fields.ts'
import { checkMapping, countFields } from './mapping-checks.ts'
import type { MappingSettings } from './mapping-settings.ts'
import {
  dynamicRules,
  mergeRoots,
  parseRoot,
  type RootDefinition,
  rootJson,
} from './root-definition.ts'

type Json = Readonly<Record<string, unknown>>

/** What a mapping is kept as: its JSON, and what that does not say. */
export interface MappingState {
  /** As `GET _mapping` answers it. */
  readonly mappings: Json
  /** Numbers of the fields, by full name. */
  readonly numbers: Readonly<Record<string, number>>
  /** Fields that were mapped because a document had them. */
  readonly dynamic: readonly string[]
  /** Fields that some document had more than one value of. */
  readonly multi: readonly string[]
}

interface Kept {
  readonly root: RootDefinition
  readonly settings: MappingSettings
  readonly numbers: ReadonlyMap<string, number>
  readonly multi: ReadonlySet<string>
}

/**
 * The mapping of an index. It never changes: what adds to it returns another one, and the same
 * one when there is nothing to add.
 */
export class Mapping {
  readonly settings: MappingSettings
  readonly root: RootDefinition
  readonly #numbers: ReadonlyMap<string, number>
  readonly #multi: ReadonlySet<string>
  #fields: ReadonlyMap<string, MappedField> | undefined

  private constructor({ root, settings, numbers, multi }: Kept) {
    this.root = root
    this.settings = settings
    this.#multi = multi
    this.#numbers = numbered(root, numbers)
  }

  /**
   * Reads the mapping of a new index: what stands under `mappings`.
   *
   * @throws SearchFailure for what Elasticsearch refuses, and for what is not supported
   */
  static parse(json: Json, settings: MappingSettings): Mapping {
    const root = parseRoot(json, settings)
    checkMapping(root.object, settings)
    return new Mapping({ root, settings, numbers: new Map(), multi: new Set() })
  }

  /**
   * Makes the mapping again that `state` was taken of.
   *
   * @throws SearchFailure when it is damaged, or the settings lack an analyzer by now
   */
  static restore(state: MappingState, settings: MappingSettings): Mapping {
    const root = parseRoot(state.mappings, settings)
    const dynamic = new Set(state.dynamic)
    return new Mapping({
      root: { ...root, object: markDynamic(root.object, dynamic) },
      settings,
      numbers: new Map(Object.entries(state.numbers)),
      multi: new Set(state.multi),
    })
  }

  /**
   * Adds what `json` defines, as `PUT _mapping` does. A field that documents brought along counts
   * as defined by a person afterwards.
   *
   * @throws SearchFailure when it contradicts what is there
   */
  merge(json: Json): Mapping {
    const root = mergeRoots(this.root, parseRoot(json, this.settings))
    checkMapping(root.object, this.settings)
    return this.#with(root)
  }

  /**
   * Adds a field that a document brought along; the objects around it exist.
   *
   * @throws SearchFailure when the index has as many fields as it may have
   */
  withField(path: readonly string[], definition: Definition): Mapping {
    const object = withDefinition(this.root.object, path, definition)
    const { totalFieldsLimit } = this.settings
    if (countFields(object) > totalFieldsLimit) {
      throw illegalArgument(
        `Limit of total fields [${totalFieldsLimit}] has been exceeded while adding new fields [1]`,
      )
    }
    if (definition.kind === 'object') checkMapping(object, this.settings)
    return this.#with({ ...this.root, object })
  }

  /** Notes fields that have documents with more than one value. */
  withMulti(names: readonly string[]): Mapping {
    const added = names.filter((name) => !this.#multi.has(name))
    if (added.length === 0) return this
    const multi = new Set([...this.#multi, ...added])
    return new Mapping({ root: this.root, settings: this.settings, numbers: this.#numbers, multi })
  }

  #with(root: RootDefinition): Mapping {
    return new Mapping({
      root,
      settings: this.settings,
      numbers: this.#numbers,
      multi: this.#multi,
    })
  }

  /** As `GET _mapping` answers it. */
  toJson(): Json {
    return rootJson(this.root)
  }

  /** What the mapping can be made from again, as JSON. */
  state(): MappingState {
    const dynamic: string[] = []
    eachDefinition(this.root.object, (name, definition) => {
      if (definition.kind !== 'alias' && definition.isDynamic) dynamic.push(name)
    })
    return {
      mappings: this.toJson(),
      numbers: Object.fromEntries(this.#numbers),
      dynamic,
      multi: [...this.#multi],
    }
  }

  /** Fields by full name: objects, multi-fields and aliases included. */
  fields(): ReadonlyMap<string, MappedField> {
    this.#fields ??= mappedFields(this.root.object, {
      numbers: this.#numbers,
      multi: this.#multi,
      analysis: this.settings.analysis,
    })
    return this.#fields
  }

  /** Whether a document must say where it belongs. */
  get isRoutingRequired(): boolean {
    return this.root.routingRequired === true
  }

  /** How fields that documents bring along are mapped. */
  get dynamicRules(): DynamicRules {
    return dynamicRules(this.root)
  }
}

function numbered(
  root: RootDefinition,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const numbers = new Map(known)
  let next = Math.max(0, ...known.values()) + 1
  eachDefinition(root.object, (name, { kind }) => {
    if (kind !== 'alias' && !numbers.has(name)) numbers.set(name, next++)
  })
  return numbers
}
