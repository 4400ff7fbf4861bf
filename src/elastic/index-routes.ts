import {
  type CreateIndex,
  illegalArgument,
  type ResolvedIndex,
  SearchFailure,
  withDates,
} from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, optionalBody } from './index-body-reader.ts'
import { accepted, documentNames, type IndexCatalog } from './index-catalog.ts'
import { refusePatterns } from './index-destructive.ts'
import { defaultSettings } from './index-setting-defaults.ts'
import { shownSettings } from './index-settings-tree.ts'
import { type IndexView, indexView, uuidOf } from './index-view.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const GET_PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...TIMEOUTS,
  'local',
  'include_defaults',
  'flat_settings',
  'features',
]
const CHANGE_PARAMETERS = [...INDEX_PARAMETERS, ...TIMEOUTS, 'wait_for_active_shards']

/** Indices themselves: made, shown, deleted, opened, closed. */
export function indexRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const show = async (request: ElasticRequest) => showIndices(catalog, request)
  return [
    { methods: ['GET', 'HEAD'], path: '/:index', parameters: GET_PARAMETERS, handle: show },
    {
      methods: ['PUT'],
      path: '/:index',
      parameters: [...TIMEOUTS, 'wait_for_active_shards'],
      handle: (request) => createIndex(catalog, request),
    },
    {
      methods: ['DELETE'],
      path: '/:index',
      parameters: CHANGE_PARAMETERS,
      handle: (request) => deleteIndices(catalog, request),
    },
    {
      methods: ['POST'],
      path: '/:index/_open',
      parameters: CHANGE_PARAMETERS,
      handle: (request) => openIndices(catalog, request),
    },
    {
      methods: ['POST'],
      path: '/:index/_close',
      parameters: CHANGE_PARAMETERS,
      handle: (request) => closeIndices(catalog, request),
    },
  ]
}

/** Log indices are made by their first record, with their day in the name. */
const LOG_NAME = /^holysheep-[a-z0-9][a-z0-9._-]*-\d{4}\.\d{2}\.\d{2}$/

async function createIndex(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = withDates(path.index ?? '', catalog.clock.nowMs())
  const given = creation(optionalBody(body) ?? {}, catalog.clock.nowMs())
  for (const log of await catalog.indices.logIndices()) {
    if (log.name === name) throw alreadyExists(name, uuidOf(name))
    if (log.prefix === name) throw invalidName(name, 'already exists as alias')
  }
  if (LOG_NAME.test(name)) {
    throw illegalArgument(`[${name}] is the name of a log index: it is made with its first record`)
  }
  const meta = accepted(await catalog.indices.createIndex(name, given))
  const replicas = Number(meta.settings['index.number_of_replicas'] ?? 1)
  return {
    body: {
      acknowledged: true,
      shards_acknowledged: isActive(query.wait_for_active_shards, replicas),
      index: meta.name,
    },
  }
}

/**
 * Reads what an index is made with; names of aliases may hold dates.
 *
 * @throws SearchFailure for an unknown key or a part that is no object
 */
function creation(body: Json, nowMs: number): CreateIndex {
  const unknown = Object.keys(body).find((key) => !CREATE_KEYS.includes(key))
  if (unknown !== undefined) throw parseFailure(`unknown key [${unknown}] for create index`)
  const part = (key: string) => {
    const value = body[key] ?? undefined
    if (value === undefined || isJson(value)) return value
    throw parseFailure(`key [${key}] must be an object`)
  }
  const [settings, mappings, aliases] = CREATE_KEYS.map(part)
  return {
    ...(settings !== undefined && { settings }),
    ...(mappings !== undefined && { mappings }),
    ...(aliases !== undefined && {
      aliases: Object.fromEntries(
        Object.entries(aliases).map(([name, alias]) => [withDates(name, nowMs), alias]),
      ),
    }),
  }
}

const CREATE_KEYS: readonly string[] = ['settings', 'mappings', 'aliases']

function parseFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'parse_exception', reason, status: 400 })
}

function alreadyExists(index: string, indexUuid: string): SearchFailure {
  return new SearchFailure({
    type: 'resource_already_exists_exception',
    reason: `index [${index}/${indexUuid}] already exists`,
    status: 400,
    index,
    indexUuid,
  })
}

function invalidName(index: string, what: string): SearchFailure {
  return new SearchFailure({
    type: 'invalid_index_name_exception',
    reason: `Invalid index name [${index}], ${what}`,
    status: 400,
    index,
  })
}

/** Whether as many copies of each shard are there as a request waits for. */
function isActive(wanted: string | undefined, replicas: number): boolean {
  if (wanted === undefined) return true
  const copies = wanted === 'all' ? replicas + 1 : Number(wanted)
  if (Number.isInteger(copies) && copies >= 0) return copies <= 1
  throw illegalArgument(`cannot parse ActiveShardCount[${wanted}]`)
}

const FEATURES = ['aliases', 'mappings', 'settings'] as const

async function showIndices(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const features: readonly string[] = query.features?.split(',') ?? FEATURES
  const unknown = features.find((feature) => !FEATURES.some((known) => known === feature))
  if (unknown !== undefined) throw illegalArgument(`Invalid features specified [${unknown}]`)
  const isFlat = parameter.boolean(query, 'flat_settings') ?? false
  const withDefaults = parameter.boolean(query, 'include_defaults') ?? false
  const isHuman = parameter.boolean(query, 'human') ?? false
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const shown = found.map((index) => {
    const view = indexView(index, catalogue.state)
    const settings = isHuman ? { ...view.settings, ...humanSettings(view) } : view.settings
    const has = (feature: string) => features.includes(feature)
    const body = {
      aliases: has('aliases') ? view.aliases : {},
      mappings: has('mappings') ? view.mappings : {},
      settings: has('settings') ? shownSettings(settings, isFlat) : {},
      ...(withDefaults &&
        has('settings') && { defaults: shownSettings(defaultSettings(view.settings), isFlat) }),
      ...(view.dataStream !== undefined && { data_stream: view.dataStream }),
    }
    return [view.name, body] as const
  })
  return { body: Object.fromEntries(shown) }
}

function humanSettings({ createdMs, settings }: IndexView) {
  return {
    'index.creation_date_string': new Date(createdMs).toISOString(),
    'index.version.created_string': settings['index.version.created'] ?? '',
  }
}

/** What is deleted, opened or closed has to be an index by itself. */
const INDICES_ONLY = {
  closed: 'keep',
  aliases: 'refuse',
  expand: { open: true, closed: true, hidden: false },
} as const

async function deleteIndices(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const expression = path.index ?? ''
  await refusePatterns(expression, catalog)
  await deleteFound(catalog, await catalog.resolve(expression, query, INDICES_ONLY))
  return ACKNOWLEDGED
}

/** Deletes indices of both kinds. */
async function deleteFound(
  { indices }: IndexCatalog,
  found: readonly ResolvedIndex[],
): Promise<void> {
  const documents = documentNames(found)
  if (documents.length > 0) accepted(await indices.deleteIndices(documents))
  const logs = found.filter(({ kind }) => kind === 'log').map(({ name }) => name)
  if (logs.length > 0) accepted(await indices.dropLogIndices(logs))
}

async function openIndices(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  await refusePatterns(path.index ?? '', catalog)
  const found = await catalog.resolve(path.index ?? '', query, {
    closed: 'keep',
    expand: { open: false, closed: true, hidden: false },
  })
  const closed = found.filter((index) => index.kind === 'documents' && !index.meta.isOpen)
  if (closed.length > 0) accepted(await catalog.indices.setOpen(documentNames(closed), true))
  return { body: { acknowledged: true, shards_acknowledged: true } }
}

async function closeIndices(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  await refusePatterns(path.index ?? '', catalog)
  const found = await catalog.resolve(path.index ?? '', query, { closed: 'keep' })
  const log = found.find(({ kind }) => kind === 'log')
  if (log !== undefined) throw illegalArgument(`[${log.name}] is a log index: it cannot be closed`)
  const open = found.filter((index) => index.kind === 'documents' && index.meta.isOpen)
  const names = documentNames(open)
  if (names.length > 0) accepted(await catalog.indices.setOpen(names, false))
  return {
    body: {
      acknowledged: true,
      shards_acknowledged: names.length > 0,
      indices: Object.fromEntries(names.map((name) => [name, { closed: true }])),
    },
  }
}
