import { isDeepStrictEqual } from 'node:util'
import {
  fitsPattern,
  type IndexState,
  illegalArgument,
  type ResolvedIndex,
  type Settings,
} from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, requiredBody, validationFailure } from './index-body-reader.ts'
import { accepted, documentNames, type IndexCatalog } from './index-catalog.ts'
import { defaultSettings } from './index-setting-defaults.ts'
import { flatSettings, shownSettings } from './index-settings-tree.ts'
import { indexView } from './index-view.ts'
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
  'flat_settings',
  'include_defaults',
]
const PUT_PARAMETERS = [
  ...INDEX_PARAMETERS,
  ...TIMEOUTS,
  'preserve_existing',
  'flat_settings',
  'reopen',
]

/** Settings of indices: shown, all or by name, and changed. */
export function settingsRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const show = (path: string): ElasticRoute => ({
    methods: ['GET'],
    path,
    parameters: GET_PARAMETERS,
    handle: (request) => showSettings(catalog, request),
  })
  const put = (path: string): ElasticRoute => ({
    methods: ['PUT'],
    path,
    parameters: PUT_PARAMETERS,
    handle: (request) => putSettings(catalog, request),
  })
  return [
    show('/_settings'),
    show('/_settings/:name'),
    show('/:index/_settings'),
    show('/:index/_settings/:name'),
    put('/_settings'),
    put('/:index/_settings'),
  ]
}

async function showSettings(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const isFlat = parameter.boolean(query, 'flat_settings') ?? false
  const withDefaults = parameter.boolean(query, 'include_defaults') ?? false
  const wanted = namedSettings(path.name)
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const shown = found.flatMap((index) => {
    const { name, settings } = indexView(index, catalogue.state)
    const named = wanted(settings)
    if (Object.keys(named).length === 0 && !withDefaults) return []
    const defaults = withDefaults ? wanted(defaultSettings(settings)) : undefined
    const body = {
      settings: shownSettings(named, isFlat),
      ...(defaults !== undefined && { defaults: shownSettings(defaults, isFlat) }),
    }
    return [[name, body]]
  })
  return { body: Object.fromEntries(shown) }
}

/** Picks the settings that a list of names and patterns stands for; all without one. */
function namedSettings(names: string | undefined): (settings: Settings) => Settings {
  if (names === undefined || names === '_all' || names === '*') return (settings) => settings
  const patterns = names.split(',')
  const isNamed = (name: string) => patterns.some((pattern) => fitsPattern(name, pattern))
  return (settings) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => isNamed(name)))
}

async function putSettings(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const given = unwrapped(requiredBody(body))
  if (Object.keys(given).length === 0) throw validationFailure('no settings to update')
  if (parameter.boolean(query, 'reopen') === true) {
    throw illegalArgument('[reopen] is not supported')
  }
  const preserve = parameter.boolean(query, 'preserve_existing') ?? false
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, {
    closed: 'keep',
    expand: { open: true, closed: true, hidden: false },
  })
  for (const index of found)
    if (index.kind === 'log') checkLogSettings(index, given, catalogue.state)
  const { indices } = catalog
  if (!preserve) {
    const names = documentNames(found)
    if (names.length > 0) accepted(await indices.putSettings(names, given))
    return ACKNOWLEDGED
  }
  for (const index of found) {
    if (index.kind === 'log') continue
    const missing = Object.entries(flatSettings(given)).filter(
      ([name]) => index.meta.settings[name] === undefined,
    )
    if (missing.length === 0) continue
    accepted(await indices.putSettings([index.name], Object.fromEntries(missing)))
  }
  return ACKNOWLEDGED
}

/** Settings may stand below `settings`. */
function unwrapped(body: Json): Json {
  const { settings, ...rest } = body
  return isJson(settings) && Object.keys(rest).length === 0 ? settings : body
}

/** A log index takes the settings that it has anyway. */
function checkLogSettings(index: ResolvedIndex, given: Json, state: IndexState): void {
  const { name, settings } = indexView(index, state)
  const defaults = { ...defaultSettings(settings), ...settings }
  for (const [key, value] of Object.entries(flatSettings(given))) {
    const own = Object.hasOwn(defaults, key) ? defaults[key] : undefined
    if (value === null ? !Object.hasOwn(settings, key) : isDeepStrictEqual(own, value)) continue
    throw illegalArgument(
      `[${name}] is a log index: its setting [${key}] cannot be changed, only those of its lifecycle by index templates`,
    )
  }
}
