import { fitsPattern, illegalArgument } from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, requiredBody, validationFailure } from './index-body-reader.ts'
import { accepted, type IndexCatalog } from './index-catalog.ts'
import { REQUIRES_NAME } from './index-destructive.ts'
import { flatTree, settingsTree } from './index-settings-tree.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const SCOPES = ['persistent', 'transient'] as const

/** What holds of the settings that mean something here. */
const DEFAULTS: Readonly<Record<string, string>> = {
  [REQUIRES_NAME]: 'true',
  'action.auto_create_index': 'true',
  'search.max_buckets': '65536',
}

/** Settings that tune nodes, shards and caches there is nothing of: kept, without an effect. */
const WITHOUT_EFFECT = [
  'cluster.routing.*',
  'cluster.info.update.interval',
  'cluster.max_shards_per_node',
  'cluster.max_shards_per_node.frozen',
  'cluster.blocks.create_index',
  'cluster.indices.*',
  'cluster.persistent_tasks.allocation.*',
  'indices.breaker.*',
  'indices.lifecycle.*',
  'indices.recovery.*',
  'ingest.geoip.downloader.enabled',
  'logger.*',
  'network.breaker.*',
  'plugins.index_state_management.*',
  'plugins.ml_commons.*',
  'xpack.monitoring.*',
]

/** Settings of the cluster: shown and put. */
export function clusterSettingsRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  return [
    {
      methods: ['GET'],
      path: '/_cluster/settings',
      parameters: [...TIMEOUTS, 'flat_settings', 'include_defaults', 'local'],
      handle: (request) => showSettings(catalog, request),
    },
    {
      methods: ['PUT'],
      path: '/_cluster/settings',
      parameters: [...TIMEOUTS, 'flat_settings'],
      handle: (request) => putSettings(catalog, request),
    },
  ]
}

async function showSettings(
  catalog: IndexCatalog,
  { query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const shape = shapeOf(query)
  const known = await catalog.indices.clusterSettings()
  const set = scoped(known)
  const defaults = Object.entries(DEFAULTS).filter(
    ([name]) => !Object.hasOwn(set.persistent, name) && !Object.hasOwn(set.transient, name),
  )
  return {
    body: {
      persistent: shape(set.persistent),
      transient: shape(set.transient),
      ...(parameter.boolean(query, 'include_defaults') === true && {
        defaults: shape(Object.fromEntries(defaults)),
      }),
    },
  }
}

function shapeOf(query: ElasticRequest['query']): (settings: Json) => Json {
  return parameter.boolean(query, 'flat_settings') === true ? (settings) => settings : settingsTree
}

function scoped(known: Readonly<Record<string, string | undefined>>) {
  const of = (scope: string) =>
    Object.fromEntries(
      Object.entries(known)
        .filter(([name]) => name.startsWith(`${scope}.`))
        .map(([name, value]) => [name.slice(scope.length + 1), value]),
    )
  return { persistent: of('persistent'), transient: of('transient') }
}

async function putSettings(
  catalog: IndexCatalog,
  { query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const given = requiredBody(body)
  const known = await catalog.indices.clusterSettings()
  const changes = SCOPES.flatMap((scope) => {
    const part = given[scope]
    if (part === undefined || part === null) return []
    if (!isJson(part)) throw illegalArgument(`[${scope}] must be an object`)
    return flatTree(part).flatMap(([name, value]) => change(scope, name, value, known))
  })
  const unknown = Object.keys(given).find((key) => !SCOPES.some((scope) => scope === key))
  if (changes.length === 0 && SCOPES.every((scope) => given[scope] === undefined)) {
    throw validationFailure('no settings to update')
  }
  if (unknown !== undefined) throw illegalArgument(`unknown key [${unknown}]`)
  accepted(await catalog.indices.putClusterSettings(Object.fromEntries(changes)))
  const shape = shapeOf(query)
  const set = scoped(
    Object.fromEntries(changes.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
  )
  return {
    body: {
      acknowledged: true,
      persistent: shape(set.persistent),
      transient: shape(set.transient),
    },
  }
}

/** What one setting of the body changes; a pattern takes away what it fits. */
function change(
  scope: string,
  name: string,
  value: string | readonly string[] | null,
  known: Readonly<Record<string, string | undefined>>,
): readonly (readonly [string, string | null])[] {
  if (value === null) {
    const fitting = Object.keys(known).filter((key) => fitsPattern(key, `${scope}.${name}`))
    return fitting.map((key) => [key, null])
  }
  checkSetting(scope, name, value)
  return [[`${scope}.${name}`, typeof value === 'string' ? value : value.join(',')]]
}

function checkSetting(scope: string, name: string, value: string | readonly string[]): void {
  if (name === REQUIRES_NAME) {
    if (value === 'true' || value === 'false') return
    throw illegalArgument(
      `Failed to parse value [${String(value)}] as only [true] or [false] are allowed.`,
    )
  }
  if (Object.hasOwn(DEFAULTS, name)) {
    if (value === DEFAULTS[name]) return
    throw illegalArgument(`${scope} setting [${name}] does not support [${String(value)}]`)
  }
  if (WITHOUT_EFFECT.some((pattern) => fitsPattern(name, pattern))) return
  throw illegalArgument(`${scope} setting [${name}], not recognized`)
}
