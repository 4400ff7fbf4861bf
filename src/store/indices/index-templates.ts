import { illegalArgument } from '../search-failure.ts'
import { aliasesFor, aliasesOf, parseAliases } from './aliases.ts'
import type { CreateIndex } from './document-indices.ts'
import type { AliasMeta } from './index-meta.ts'
import { fitsPattern, patternsOverlap } from './index-names.ts'
import { parseSettings, type SettingChanges } from './index-settings.ts'
import { isObject, type Json } from './json-object.ts'
import { filledFrom, overMapping } from './mapping-composition.ts'
import { invalidTemplate } from './template-body.ts'

type Templates = ReadonlyMap<string, Json>

/** All templates there are, by name. */
export interface TemplateSet {
  readonly index: Templates
  readonly component: Templates
  readonly legacy: Templates
}

/** What a new index is made of: what was asked for over what the templates give. */
export interface IndexPlan {
  readonly settings: SettingChanges
  readonly mappings: Json
  readonly aliases: Readonly<Record<string, AliasMeta>>
}

/** A composable template that was chosen for a name. */
export interface ChosenTemplate {
  readonly name: string
  readonly body: Json
}

/** Finds the composable template for the name: of those that fit the one of highest priority. */
export function templateFor(templates: Templates, index: string): ChosenTemplate | undefined {
  let chosen: ChosenTemplate | undefined
  for (const [name, body] of templates) {
    const fits = patterns(body).some((pattern) => fitsPattern(index, pattern))
    if (fits && (chosen === undefined || priority(body) > priority(chosen.body))) {
      chosen = { name, body }
    }
  }
  return chosen
}

/**
 * Works out what an index of that name is to have.
 *
 * @throws SearchFailure for what was asked for; templates were checked when they were put
 */
export function planIndex(set: TemplateSet, index: string, given: CreateIndex): IndexPlan {
  const asked = {
    settings: parseSettings(given.settings),
    mappings: mappingOf(given.mappings),
    aliases: parseAliases(given.aliases),
  }
  const chosen = templateFor(set.index, index)
  const plan =
    chosen === undefined
      ? legacyPlan(set, index, asked)
      : composedPlan(partsOf(set, chosen.body), asked)
  return { ...plan, aliases: aliasesFor(index, plan.aliases) }
}

/** Puts the parts of a composable template together, without anything asked for. */
export function composeTemplate(set: TemplateSet, body: Json): IndexPlan {
  return composedPlan(partsOf(set, body), { settings: new Map(), mappings: {}, aliases: {} })
}

function composedPlan(parts: readonly Json[], asked: IndexPlan): IndexPlan {
  const settings = new Map(parts.flatMap((part) => [...parseSettings(part.settings)]))
  for (const [name, value] of asked.settings) settings.set(name, value)
  let mappings: Json = {}
  for (const part of parts) mappings = overMapping(mappings, mappingOf(part.mappings))
  const aliases = Object.assign({}, ...parts.map(aliasesOf), asked.aliases) as IndexPlan['aliases']
  return { settings, mappings: overMapping(mappings, asked.mappings), aliases }
}

function legacyPlan({ legacy }: TemplateSet, index: string, asked: IndexPlan): IndexPlan {
  const fitting = [...legacy.values()]
    .filter((body) => patterns(body).some((pattern) => fitsPattern(index, pattern)))
    .sort((a, b) => Number(b.order) - Number(a.order))
  const rising = [...fitting].reverse()
  const settings = new Map(rising.flatMap((body) => [...parseSettings(body.settings)]))
  for (const [name, value] of asked.settings) settings.set(name, value)
  let mappings = asked.mappings
  for (const body of fitting) mappings = filledFrom(mappings, mappingOf(body.mappings))
  const aliases = Object.assign({}, ...rising.map(aliasesOf), asked.aliases) as IndexPlan['aliases']
  return { settings, mappings, aliases }
}

function partsOf({ component }: TemplateSet, body: Json): readonly Json[] {
  const components = composedOf(body).map((name) => component.get(name)?.template)
  return [...components, body.template].filter(isObject)
}

function mappingOf(given: unknown): Json {
  if (given === undefined) return {}
  if (!isObject(given)) throw illegalArgument('key [mappings] must be an object')
  return given
}

/**
 * Refuses a composable template whose components are missing or that another one of the same
 * priority competes with.
 *
 * @throws SearchFailure
 */
export function checkTemplate(set: TemplateSet, name: string, body: Json): void {
  const ignored = body.ignore_missing_component_templates
  const missing = composedOf(body).filter(
    (part) => !set.component.has(part) && !(Array.isArray(ignored) && ignored.includes(part)),
  )
  if (missing.length > 0) {
    throw invalidTemplate(
      name,
      `index template [${name}] specifies component templates [${missing.join(', ')}] that do not exist`,
    )
  }
  const rivals = [...set.index].filter(
    ([other, rival]) =>
      other !== name &&
      priority(rival) === priority(body) &&
      patterns(rival).some((pattern) =>
        patterns(body).some((own) => patternsOverlap(pattern, own)),
      ),
  )
  if (rivals.length === 0) return
  const names = rivals.map(([other]) => other).join(', ')
  const listed = rivals.map(([other, rival]) => `${other} => [${patterns(rival).join(', ')}]`)
  throw illegalArgument(
    `index template [${name}] has index patterns [${patterns(body).join(', ')}] matching patterns from existing templates [${names}] with patterns (${listed.join(', ')}) that have the same priority [${priority(body)}], multiple index templates may not match during index creation, please use a different priority`,
  )
}

/** Names of the components that a composable template is made of. */
export function composedOf(body: Json): readonly string[] {
  return (body.composed_of as readonly string[] | undefined) ?? []
}

function patterns(body: Json): readonly string[] {
  return body.index_patterns as readonly string[]
}

function priority(body: Json): number {
  return Number(body.priority ?? 0)
}
