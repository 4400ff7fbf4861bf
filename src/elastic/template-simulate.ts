import {
  checkTemplate,
  composeTemplate,
  fitsPattern,
  type IndexState,
  illegalArgument,
  parseTemplate,
  templateFor,
  templateSet,
} from '../search/index.ts'
import { TIMEOUTS } from './cluster-context.ts'
import { type Json, optionalBody, validationFailure } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { settingsTree } from './index-settings-tree.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const PARAMETERS = [...TIMEOUTS, 'create', 'cause', 'include_defaults']

/** Name of a template that is only tried. */
const TRIED = 'simulated_template'

interface Named {
  readonly name: string
  readonly body: Json
}

/** What an index would be made of. */
export function simulateRoutes(catalog: IndexCatalog): readonly ElasticRoute[] {
  const route = (
    path: string,
    handle: (request: ElasticRequest) => Promise<ElasticAnswer>,
  ): ElasticRoute => ({ methods: ['POST'], path, parameters: PARAMETERS, handle })
  return [
    route('/_index_template/_simulate_index/:index', (request) => simulateIndex(catalog, request)),
    route('/_index_template/_simulate', (request) => simulateTemplate(catalog, request)),
    route('/_index_template/_simulate/:name', (request) => simulateTemplate(catalog, request)),
  ]
}

async function simulateIndex(
  catalog: IndexCatalog,
  { path, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const state = await catalog.state()
  const index = path.index ?? ''
  const tried = triedTemplate(optionalBody(body), TRIED, state)
  const set = templateSet(state)
  const templates = tried === undefined ? set.index : new Map(set.index).set(tried.name, tried.body)
  const chosen = templateFor(templates, index)
  if (chosen === undefined) return { body: {} }
  const fitting = [...templates].filter(([, template]) =>
    patternsOf(template).some((pattern) => fitsPattern(index, pattern)),
  )
  return { body: simulated(chosen, fitting, state) }
}

async function simulateTemplate(
  catalog: IndexCatalog,
  { path, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const state = await catalog.state()
  const given = optionalBody(body)
  const tried = triedTemplate(given, path.name ?? TRIED, state)
  if (tried === undefined && path.name === undefined) {
    throw validationFailure(
      'either index name or index template body must be specified for simulation',
    )
  }
  const name = path.name ?? TRIED
  const known = Object.hasOwn(state.templates, name) ? state.templates[name] : undefined
  const chosen = tried ?? (known && { name, body: known })
  if (chosen === undefined) {
    throw illegalArgument(`unable to simulate template [${name}] that does not exist`)
  }
  const own = patternsOf(chosen.body)
  const fitting = Object.entries(state.templates).filter(([, template]) =>
    patternsOf(template).some((pattern) => own.some((mine) => overlap(mine, pattern))),
  )
  return { body: simulated(chosen, fitting, state) }
}

function triedTemplate(
  given: Json | undefined,
  name: string,
  state: IndexState,
): Named | undefined {
  if (given === undefined) return undefined
  const body = parseTemplate('index', name, given)
  checkTemplate(templateSet(state), name, body)
  return { name, body }
}

function simulated(
  chosen: Named,
  fitting: readonly (readonly [string, Json])[],
  state: IndexState,
): Json {
  const { settings, mappings, aliases } = composeTemplate(templateSet(state), chosen.body)
  const legacy = Object.entries(state.legacyTemplates)
  const own = patternsOf(chosen.body)
  const overlapping = [
    ...fitting.filter(([name]) => name !== chosen.name),
    ...legacy.filter(([, template]) =>
      patternsOf(template).some((pattern) => own.some((mine) => overlap(mine, pattern))),
    ),
  ]
  return {
    template: {
      settings: settingsTree(Object.fromEntries(settings)),
      mappings,
      aliases,
    },
    overlapping: overlapping.map(([name, template]) => ({
      name,
      index_patterns: patternsOf(template),
    })),
  }
}

function patternsOf(template: Json): readonly string[] {
  const patterns = template.index_patterns
  return Array.isArray(patterns) ? patterns.map(String) : []
}

/** Whether one name may fit both; a pattern stands for the names that it is as text. */
function overlap(left: string, right: string): boolean {
  return fitsPattern(left, right) || fitsPattern(right, left)
}
