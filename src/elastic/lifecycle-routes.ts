import {
  composeTemplate,
  fitsPattern,
  type IndexState,
  illegalArgument,
  lifecyclePolicyOf,
  SearchFailure,
  templateFor,
  templateSet,
} from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { requiredBody } from './index-body-reader.ts'
import { accepted, documentNames, type IndexCatalog, refuseLogIndices } from './index-catalog.ts'
import { type IndexView, indexView } from './index-view.ts'
import { explainLifecycle } from './lifecycle-explain.ts'
import { readPolicy } from './lifecycle-policy.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

/** Key of the mode among the settings of the cluster. */
const MODE = 'ilm.operation_mode'

/** Lifecycle policies, who is under them, and whether they are carried out. */
export function lifecycleRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const show = (request: ElasticRequest) => showPolicies(catalog, request)
  const mode = (value: string | null) => async () => {
    accepted(await catalog.indices.putClusterSettings({ [MODE]: value }))
    return ACKNOWLEDGED
  }
  return [
    { methods: ['GET'], path: '/_ilm/policy', parameters: TIMEOUTS, handle: show },
    { methods: ['GET'], path: '/_ilm/policy/:name', parameters: TIMEOUTS, handle: show },
    {
      methods: ['PUT'],
      path: '/_ilm/policy/:name',
      parameters: TIMEOUTS,
      handle: (request) => putPolicy(catalog, request),
    },
    {
      methods: ['DELETE'],
      path: '/_ilm/policy/:name',
      parameters: TIMEOUTS,
      handle: (request) => deletePolicy(catalog, request),
    },
    {
      methods: ['GET'],
      path: '/_ilm/status',
      parameters: TIMEOUTS,
      handle: async () => {
        const settings = await catalog.indices.clusterSettings()
        return { body: { operation_mode: settings[MODE] ?? 'RUNNING' } }
      },
    },
    { methods: ['POST'], path: '/_ilm/start', parameters: TIMEOUTS, handle: mode(null) },
    { methods: ['POST'], path: '/_ilm/stop', parameters: TIMEOUTS, handle: mode('STOPPED') },
    {
      methods: ['GET'],
      path: '/:index/_ilm/explain',
      parameters: [...INDEX_PARAMETERS, ...TIMEOUTS, 'only_managed', 'only_errors'],
      handle: (request) => explain(catalog, request),
    },
    {
      methods: ['POST'],
      path: '/:index/_ilm/remove',
      parameters: [...INDEX_PARAMETERS, ...TIMEOUTS],
      handle: (request) => removePolicy(catalog, request),
    },
  ]
}

async function putPolicy(
  catalog: IndexCatalog,
  { path, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = path.name ?? ''
  accepted(await catalog.indices.putPolicy(name, readPolicy(name, requiredBody(body))))
  return ACKNOWLEDGED
}

async function showPolicies(
  catalog: IndexCatalog,
  { path }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const { state } = catalogue
  const views = await allViews(catalog)
  const names = path.name?.split(',')
  const found = Object.entries(state.policies).filter(
    ([name]) => names === undefined || names.some((pattern) => fitsPattern(name, pattern)),
  )
  const absent = names?.find(
    (name) => !name.includes('*') && !found.some(([known]) => known === name),
  )
  if (absent !== undefined) throw policyMissing(absent)
  const shown = found.map(([name, { version, modifiedMs, policy }]) => {
    const modified_date = new Date(modifiedMs).toISOString()
    return [name, { version, modified_date, policy, in_use_by: usersOf(name, views, state) }]
  })
  return { body: Object.fromEntries(shown) }
}

/** Every index there is, closed and hidden ones too. */
async function allViews(catalog: IndexCatalog): Promise<readonly IndexView[]> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(
    catalogue,
    '',
    {},
    {
      closed: 'keep',
      expand: { open: true, closed: true, hidden: true },
    },
  )
  return found.map((index) => indexView(index, catalogue.state))
}

/** Who a policy holds for. */
function usersOf(name: string, views: readonly IndexView[], state: IndexState) {
  const set = templateSet(state)
  const templates = Object.entries(state.templates).filter(([, body]) => {
    const { settings } = composeTemplate(set, body)
    return settings.get('index.lifecycle.name') === name
  })
  const users = templates.map(([template]) => template)
  return {
    indices: views
      .filter((view) => lifecyclePolicyOf(view.name, view.settings, state.policies) === name)
      .map((view) => view.name),
    data_streams: state.dataStreams
      .filter((stream) => users.includes(templateFor(set.index, stream.name)?.name ?? ''))
      .map((stream) => stream.name),
    composable_templates: users,
  }
}

async function deletePolicy(
  catalog: IndexCatalog,
  { path }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = path.name ?? ''
  const state = await catalog.state()
  if (!Object.hasOwn(state.policies, name)) throw policyMissing(name)
  const { indices } = usersOf(name, await allViews(catalog), state)
  if (indices.length > 0) {
    throw illegalArgument(
      `Cannot delete policy [${name}]. It is in use by one or more indices: [${indices.join(', ')}]`,
    )
  }
  accepted(await catalog.indices.deletePolicy(name))
  return ACKNOWLEDGED
}

function policyMissing(name: string): SearchFailure {
  return new SearchFailure({
    type: 'resource_not_found_exception',
    reason: `Lifecycle policy not found: ${name}`,
    status: 404,
  })
}

async function explain(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const onlyErrors = parameter.boolean(query, 'only_errors') ?? false
  const onlyManaged = (parameter.boolean(query, 'only_managed') ?? false) || onlyErrors
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const nowMs = catalog.clock.nowMs()
  const explained = found
    .map((index) => explainLifecycle(indexView(index, catalogue.state), catalogue.state, nowMs))
    .filter(({ managed }) => !onlyManaged || managed === true)
    .filter(({ step }) => !onlyErrors || step === 'ERROR')
  return { body: { indices: Object.fromEntries(explained.map((body) => [body.index, body])) } }
}

const OWN_SETTINGS = {
  'index.lifecycle.name': null,
  'index.lifecycle.rollover_alias': null,
  'index.lifecycle.indexing_complete': null,
}

async function removePolicy(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const found = await catalog.resolve(path.index ?? '', query, { closed: 'keep' })
  refuseLogIndices(found, 'its lifecycle comes from an index template')
  const names = documentNames(found)
  if (names.length > 0) accepted(await catalog.indices.putSettings(names, OWN_SETTINGS))
  return { body: { has_failures: false, failed_indexes: [] } }
}
