import { fitsPattern, illegalArgument, SearchFailure, type TemplateKind } from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, requiredBody } from './index-body-reader.ts'
import { accepted, type IndexCatalog } from './index-catalog.ts'
import { flatSettings } from './index-settings-tree.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { simulateRoutes } from './template-simulate.ts'

type Templates = Readonly<Record<string, Json>>

const GET_PARAMETERS = [...TIMEOUTS, 'local', 'flat_settings', 'include_defaults']
const PUT_PARAMETERS = [...TIMEOUTS, 'create', 'cause']

/** Where the templates of a kind are, and how Elasticsearch speaks of them. */
interface KindRoutes {
  readonly kind: TemplateKind
  readonly path: string
  templates(catalog: IndexCatalog): Promise<Templates>
  /** The answer with the templates found. */
  answer(found: readonly (readonly [string, Json])[]): Json
  /** Thrown when a name that is no pattern is not there to be shown. */
  absent(name: string): SearchFailure | undefined
  /** Thrown when there is nothing to delete. */
  missing(name: string): SearchFailure
}

const KINDS: readonly KindRoutes[] = [
  {
    kind: 'index',
    path: '/_index_template',
    templates: async (catalog) => (await catalog.state()).templates,
    answer: (found) => ({
      index_templates: found.map(([name, body]) => ({ name, index_template: composable(body) })),
    }),
    absent: (name) => resourceMissing(`index template matching [${name}] not found`),
    missing: templateMissing,
  },
  {
    kind: 'component',
    path: '/_component_template',
    templates: async (catalog) => (await catalog.state()).componentTemplates,
    answer: (found) => ({
      component_templates: found.map(([name, body]) => ({ name, component_template: body })),
    }),
    absent: (name) => resourceMissing(`component template matching [${name}] not found`),
    missing: (name) => resourceMissing(name),
  },
  {
    kind: 'legacy',
    path: '/_template',
    templates: async (catalog) => (await catalog.state()).legacyTemplates,
    answer: (found) => Object.fromEntries(found),
    absent: () => undefined,
    missing: templateMissing,
  },
]

/** Templates of new indices: composable ones with their components, and those of old. */
export function templateRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  return [...KINDS.flatMap((kind) => kindRoutes(kind, catalog)), ...simulateRoutes(catalog)]
}

function kindRoutes(kind: KindRoutes, catalog: IndexCatalog): readonly ElasticRoute[] {
  const show = (request: ElasticRequest) => showTemplates(kind, catalog, request)
  return [
    { methods: ['GET'], path: kind.path, parameters: GET_PARAMETERS, handle: show },
    {
      methods: ['GET', 'HEAD'],
      path: `${kind.path}/:name`,
      parameters: GET_PARAMETERS,
      handle: show,
    },
    {
      methods: ['PUT', 'POST'],
      path: `${kind.path}/:name`,
      parameters: kind.kind === 'legacy' ? [...PUT_PARAMETERS, 'order'] : PUT_PARAMETERS,
      handle: (request) => putTemplate(kind, catalog, request),
    },
    {
      methods: ['DELETE'],
      path: `${kind.path}/:name`,
      parameters: TIMEOUTS,
      handle: (request) => deleteTemplates(kind, catalog, request),
    },
  ]
}

async function showTemplates(
  kind: KindRoutes,
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const isFlat = parameter.boolean(query, 'flat_settings') ?? false
  const all = Object.entries(await kind.templates(catalog))
  const names = path.name?.split(',')
  const found = all.filter(
    ([name]) => names === undefined || names.some((pattern) => fitsPattern(name, pattern)),
  )
  const body = kind.answer(
    found.map(([name, template]) => [name, isFlat ? withFlatSettings(template) : template]),
  )
  if (names === undefined || found.length > 0) return { body }
  const plain = names.find((name) => !name.includes('*'))
  const failure = plain === undefined ? undefined : kind.absent(plain)
  if (failure !== undefined) throw failure
  return { status: 404, body }
}

async function putTemplate(
  kind: KindRoutes,
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const create = parameter.boolean(query, 'create') ?? false
  const given = requiredBody(body)
  const order = query.order === undefined ? {} : { order: orderOf(query.order) }
  const template = { ...order, ...given }
  accepted(await catalog.indices.putTemplate(kind.kind, path.name ?? '', template, create))
  return ACKNOWLEDGED
}

function orderOf(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw illegalArgument(`Failed to parse int parameter [order] with value [${text}]`)
}

async function deleteTemplates(
  kind: KindRoutes,
  catalog: IndexCatalog,
  { path }: ElasticRequest,
): Promise<ElasticAnswer> {
  const all = Object.keys(await kind.templates(catalog))
  const names = new Set<string>()
  for (const pattern of (path.name ?? '').split(',')) {
    const fitting = all.filter((name) => fitsPattern(name, pattern))
    if (fitting.length === 0 && pattern !== '*') throw kind.missing(pattern)
    for (const name of fitting) names.add(name)
  }
  if (names.size > 0) accepted(await catalog.indices.deleteTemplates(kind.kind, [...names]))
  return ACKNOWLEDGED
}

/** An empty list of components was not asked for. */
function composable(body: Json): Json {
  const { composed_of: components, ...rest } = body
  return Array.isArray(components) && components.length === 0 ? rest : body
}

function withFlatSettings(body: Json): Json {
  const { template, settings } = body
  return {
    ...body,
    ...(isJson(template) && { template: withFlatSettings(template) }),
    ...(isJson(settings) && { settings: flatSettings(settings) }),
  }
}

function resourceMissing(reason: string): SearchFailure {
  return new SearchFailure({ type: 'resource_not_found_exception', reason, status: 404 })
}

function templateMissing(name: string): SearchFailure {
  return new SearchFailure({
    type: 'index_template_missing_exception',
    reason: `index_template [${name}] missing`,
    status: 404,
  })
}
