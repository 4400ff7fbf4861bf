import { type AliasMeta, fitsPattern, illegalArgument } from '../search/index.ts'
import { type AskedAction, readActions, readAlias, resolveActions } from './alias-actions.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { JsonReader, optionalBody, requiredBody } from './index-body-reader.ts'
import { accepted, type IndexCatalog } from './index-catalog.ts'
import { indexView } from './index-view.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const GET_PARAMETERS = [...INDEX_PARAMETERS, 'local', 'master_timeout']

/** Aliases: shown, put, deleted, and changed several at once. */
export function aliasRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const show = (path: string): ElasticRoute => ({
    methods: ['GET', 'HEAD'],
    path,
    parameters: GET_PARAMETERS,
    handle: (request) => showAliases(catalog, request),
  })
  const put = (path: string): ElasticRoute => ({
    methods: ['PUT', 'POST'],
    path,
    parameters: TIMEOUTS,
    handle: (request) => putAlias(catalog, request),
  })
  const remove = (path: string): ElasticRoute => ({
    methods: ['DELETE'],
    path,
    parameters: TIMEOUTS,
    handle: (request) => deleteAliases(catalog, request),
  })
  return [
    { ...show('/_aliases'), methods: ['GET'] },
    show('/_alias'),
    show('/_alias/:name'),
    show('/:index/_alias'),
    show('/:index/_alias/:name'),
    {
      methods: ['POST'],
      path: '/_aliases',
      parameters: TIMEOUTS,
      handle: async ({ body }) => change(catalog, readActions(requiredBody(body))),
    },
    { ...put('/_alias'), methods: ['PUT'] },
    put('/_alias/:name'),
    { ...put('/:index/_alias'), methods: ['PUT'] },
    { ...put('/:index/_aliases'), methods: ['PUT'] },
    put('/:index/_alias/:name'),
    put('/:index/_aliases/:name'),
    remove('/:index/_alias/:name'),
    remove('/:index/_aliases/:name'),
  ]
}

async function change(
  catalog: IndexCatalog,
  asked: readonly AskedAction[],
): Promise<ElasticAnswer> {
  const actions = resolveActions(asked, catalog, await catalog.catalogue())
  const dropped = await logIndicesAmong(catalog, actions)
  const rest = actions.filter(({ index }) => !dropped.includes(index))
  if (rest.length > 0) accepted(await catalog.indices.updateAliases(rest))
  if (dropped.length > 0) accepted(await catalog.indices.dropLogIndices(dropped))
  return ACKNOWLEDGED
}

async function logIndicesAmong(
  catalog: IndexCatalog,
  actions: readonly { readonly kind: string; readonly index: string }[],
): Promise<readonly string[]> {
  const removed = actions.filter(({ kind }) => kind === 'remove_index')
  if (removed.length === 0) return []
  const logs = await catalog.indices.logIndices()
  return removed.map(({ index }) => index).filter((name) => logs.some((log) => log.name === name))
}

async function putAlias(
  catalog: IndexCatalog,
  { path, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const reader = new JsonReader(optionalBody(body) ?? {}, 'alias', [
    'index',
    'alias',
    'filter',
    'routing',
    'index_routing',
    'search_routing',
    'is_write_index',
    'is_hidden',
  ])
  const alias = reader.text('alias') ?? path.name ?? ''
  const indices = (reader.text('index') ?? path.index ?? '')
    .split(',')
    .filter((name) => name !== '')
  if (alias === '') throw illegalArgument("[alias] can't be empty string")
  if (indices.length === 0) throw illegalArgument("[indices] can't be empty")
  const meta = readAlias(reader)
  return change(catalog, [{ kind: 'add', indices, aliases: [alias], meta, mustExist: undefined }])
}

async function deleteAliases(
  catalog: IndexCatalog,
  { path }: ElasticRequest,
): Promise<ElasticAnswer> {
  const indices = (path.index ?? '').split(',')
  const aliases = (path.name ?? '').split(',')
  return change(catalog, [{ kind: 'remove', indices, aliases, meta: {}, mustExist: undefined }])
}

async function showAliases(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const names = path.name?.split(',')
  const chosen = new Set<string>()
  const shown = found.flatMap((index) => {
    const { name, aliases } = indexView(index, catalogue.state)
    if (names === undefined) return [[name, { aliases }] as const]
    const wanted = chosenAliases(aliases, names)
    for (const alias of Object.keys(wanted)) chosen.add(alias)
    return Object.keys(wanted).length === 0 ? [] : [[name, { aliases: wanted }] as const]
  })
  const body = Object.fromEntries(shown)
  const missing = missingNames(names ?? [], chosen)
  if (missing.length === 0) return { body }
  const what = missing.length === 1 ? 'alias' : 'aliases'
  const error = `${what} [${missing.join(',')}] missing`
  return { status: 404, body: { error, status: 404, ...body } }
}

/** Names, patterns, and exclusions behind a pattern. */
export function chosenAliases(
  aliases: Readonly<Record<string, AliasMeta>>,
  names: readonly string[],
): Readonly<Record<string, AliasMeta>> {
  const chosen = Object.entries(aliases).filter(([alias]) => {
    let isChosen = false
    let sawPattern = false
    for (const name of names) {
      if (sawPattern && name.startsWith('-')) isChosen &&= !fitsPattern(alias, name.slice(1))
      else isChosen ||= name === '_all' || fitsPattern(alias, name)
      sawPattern ||= name.includes('*') || name === '_all'
    }
    return isChosen
  })
  return Object.fromEntries(chosen)
}

function missingNames(names: readonly string[], chosen: ReadonlySet<string>): readonly string[] {
  let sawPattern = false
  return names.filter((name) => {
    const isPattern = name.includes('*') || name === '_all'
    const isExclusion = sawPattern && name.startsWith('-')
    sawPattern ||= isPattern
    return !isPattern && !isExclusion && !chosen.has(name)
  })
}
