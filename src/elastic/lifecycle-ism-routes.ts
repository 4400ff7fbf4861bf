import {
  ISM_META,
  illegalArgument,
  lifecyclePolicyOf,
  type PolicyMeta,
  SearchFailure,
} from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, JsonReader, requiredBody } from './index-body-reader.ts'
import { accepted, documentNames, type IndexCatalog, refuseLogIndices } from './index-catalog.ts'
import { indexView } from './index-view.ts'
import { readIsmPolicy } from './lifecycle-ism-policy.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const POLICY_ID = 'index.plugins.index_state_management.policy_id'
/** The name of the same setting before OpenSearch. */
const OLD_POLICY_ID = 'index.opendistro.index_state_management.policy_id'

/** Lifecycle policies in the form that OpenSearch's clients know. */
export function ismRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const base = '/_plugins/_ism'
  const parameters = [...INDEX_PARAMETERS, ...TIMEOUTS]
  const route = (
    method: 'DELETE' | 'GET' | 'POST' | 'PUT',
    path: string,
    handle: (catalog: IndexCatalog, request: ElasticRequest) => Promise<ElasticAnswer>,
    own: readonly string[] = [],
  ): ElasticRoute => ({
    methods: [method],
    path: `${base}/${path}`,
    parameters: [...parameters, ...own],
    handle: (request) => handle(catalog, request),
  })
  const paging = ['from', 'size', 'sortField', 'sortOrder', 'queryString']
  return [
    route('PUT', 'policies/:name', putPolicy, ['if_seq_no', 'if_primary_term']),
    route('GET', 'policies/:name', showPolicy),
    route('GET', 'policies', showPolicies, paging),
    route('DELETE', 'policies/:name', deletePolicy),
    route('GET', 'explain', explain, ['show_policy']),
    route('GET', 'explain/:index', explain, ['show_policy']),
    route('POST', 'add/:index', addPolicy),
    route('POST', 'remove/:index', removePolicy),
  ]
}

async function putPolicy(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = path.name ?? ''
  const policy = readIsmPolicy(requiredBody(body))
  const known = policyNamed(await catalog.state(), name)
  if (known !== undefined && query.if_seq_no !== String(known.version - 1)) {
    throw new SearchFailure({
      type: 'version_conflict_engine_exception',
      reason: `[${name}]: version conflict, document already exists (current version [${known.version}])`,
      status: 409,
    })
  }
  accepted(await catalog.indices.putPolicy(name, policy))
  const put = policyNamed(await catalog.state(), name)
  if (put === undefined) throw new Error(`policy ${name} is not there after it was put`)
  const { policy: shown, ...rest } = ismAnswer(name, put)
  return { status: known === undefined ? 201 : 200, body: { ...rest, policy: { policy: shown } } }
}

function policyNamed(
  { policies }: { readonly policies: Readonly<Record<string, PolicyMeta>> },
  name: string,
): PolicyMeta | undefined {
  return Object.hasOwn(policies, name) ? policies[name] : undefined
}

function ismAnswer(name: string, { policy, version, modifiedMs }: PolicyMeta) {
  const meta = isJson(policy._meta) ? policy._meta[ISM_META] : undefined
  const given: Json = isJson(meta) ? meta : {}
  return {
    _id: name,
    _version: version,
    _seq_no: version - 1,
    _primary_term: 1,
    policy: {
      policy_id: name,
      description: '',
      ...given,
      last_updated_time: modifiedMs,
      schema_version: 21,
      error_notification: null,
    },
  }
}

/** Policies that were put in the other form are not to be seen in this one. */
function isIsm({ policy }: PolicyMeta): boolean {
  return isJson(policy._meta) && isJson(policy._meta[ISM_META])
}

async function showPolicy(catalog: IndexCatalog, { path }: ElasticRequest): Promise<ElasticAnswer> {
  const name = path.name ?? ''
  const known = policyNamed(await catalog.state(), name)
  if (known === undefined || !isIsm(known)) {
    throw new SearchFailure({ type: 'status_exception', reason: 'Policy not found', status: 404 })
  }
  return { body: ismAnswer(name, known) }
}

async function showPolicies(
  catalog: IndexCatalog,
  { query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const sorting = ['sortField', 'sortOrder', 'queryString'].find((key) => query[key] !== undefined)
  if (sorting !== undefined) throw illegalArgument(`[${sorting}] is not supported`)
  const { policies } = await catalog.state()
  const all = Object.entries(policies).filter(([, policy]) => isIsm(policy))
  const from = Number(query.from ?? 0)
  const page = all.slice(from, from + Number(query.size ?? 20))
  return {
    body: {
      policies: page.map(([name, policy]) => ismAnswer(name, policy)),
      total_policies: all.length,
    },
  }
}

async function deletePolicy(
  catalog: IndexCatalog,
  { path }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = path.name ?? ''
  const known = policyNamed(await catalog.state(), name)
  const isKnown = known !== undefined && isIsm(known)
  if (isKnown) accepted(await catalog.indices.deletePolicy(name))
  return {
    status: isKnown ? 200 : 404,
    body: {
      _index: '.opendistro-ism-config',
      _id: name,
      _version: (known?.version ?? 0) + 1,
      result: isKnown ? 'deleted' : 'not_found',
      forced_refresh: true,
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: known?.version ?? 0,
      _primary_term: 1,
    },
  }
}

async function explain(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const { state } = catalogue
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const explained = found.map((index) => {
    const { name, uuid, settings } = indexView(index, state)
    const policy = lifecyclePolicyOf(name, settings, state.policies) ?? null
    const ids = { [POLICY_ID]: policy, [OLD_POLICY_ID]: policy }
    const managed = { index: name, index_uuid: uuid, policy_id: policy, enabled: true }
    return [name, policy === null ? { ...ids, enabled: null } : { ...ids, ...managed }] as const
  })
  const total = explained.filter(([, { enabled }]) => enabled === true).length
  return { body: { ...Object.fromEntries(explained), total_managed_indices: total } }
}

async function addPolicy(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const policy = new JsonReader(requiredBody(body), 'add_policy', ['policy_id']).text('policy_id')
  const known = policy === undefined ? undefined : policyNamed(await catalog.state(), policy)
  if (policy === undefined || known === undefined) {
    const reason = `Could not find policy=${policy ?? ''}`
    throw new SearchFailure({ type: 'status_exception', reason, status: 404 })
  }
  return changePolicies(catalog, { path, query }, (current) => {
    if (current !== undefined)
      return 'This index already has a policy, use the update policy API to update index policies'
    return { [POLICY_ID]: policy }
  })
}

async function removePolicy(
  catalog: IndexCatalog,
  request: ElasticRequest,
): Promise<ElasticAnswer> {
  return changePolicies(catalog, request, (current) => {
    if (current === undefined) return 'This index does not have a policy to remove'
    return { [POLICY_ID]: null }
  })
}

/** Sets what `change` says of each index; a text is the reason why it is not changed. */
async function changePolicies(
  catalog: IndexCatalog,
  { path, query }: Pick<ElasticRequest, 'path' | 'query'>,
  change: (current: string | undefined) => Json | string,
): Promise<ElasticAnswer> {
  const found = await catalog.resolve(path.index ?? '', query, { closed: 'keep' })
  refuseLogIndices(found, 'its lifecycle comes from an index template')
  const state = await catalog.state()
  const failed: Json[] = []
  let updated = 0
  for (const index of found) {
    const { name, uuid, settings } = indexView(index, state)
    const changes = change(lifecyclePolicyOf(name, settings, {}))
    if (typeof changes === 'string') {
      failed.push({ index_name: name, index_uuid: uuid, reason: changes })
    } else {
      accepted(await catalog.indices.putSettings(documentNames([index]), changes))
      updated++
    }
  }
  return { body: { updated_indices: updated, failures: failed.length > 0, failed_indices: failed } }
}
