import {
  type AliasAction,
  type AliasMeta,
  fitsPattern,
  type IndexCatalogue,
  illegalArgument,
  logPlan,
  type ResolvedIndex,
  SearchFailure,
  withDates,
} from '../search/index.ts'
import { contentFailure, type Json, JsonReader } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { indexView } from './index-view.ts'

/** An action of `_aliases` as it is asked for. */
export interface AskedAction {
  readonly kind: 'add' | 'remove' | 'remove_index'
  /** Expressions. */
  readonly indices: readonly string[]
  /** Names; patterns where they are removed. */
  readonly aliases: readonly string[]
  readonly meta: AliasMeta
  readonly mustExist: boolean | undefined
}

const PLACE_KEYS = ['index', 'indices', 'alias', 'aliases', 'must_exist']
const ADD_KEYS = [
  ...PLACE_KEYS,
  'filter',
  'routing',
  'index_routing',
  'indexRouting',
  'search_routing',
  'searchRouting',
  'is_write_index',
  'is_hidden',
]
const KINDS = ['add', 'remove', 'remove_index'] as const

/**
 * Reads the body of `POST _aliases`.
 *
 * @throws SearchFailure
 */
export function readActions(body: Json): readonly AskedAction[] {
  const list = new JsonReader(body, 'aliases', ['actions']).list('actions') ?? []
  if (list.length === 0) throw illegalArgument('No action specified')
  return list.map(readAction)
}

function readAction(action: unknown): AskedAction {
  const reader = new JsonReader(action, 'alias_action', KINDS)
  const kinds = KINDS.filter((kind) => reader.object(kind) !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    throw contentFailure('[aliases] failed to parse field [actions]: one action in each object')
  }
  const part = new JsonReader(reader.object(kind), kind, kind === 'add' ? ADD_KEYS : PLACE_KEYS)
  const indices = oneOf(part, 'index', 'indices')
  if (kind === 'remove_index') {
    return { kind, indices, aliases: [], meta: {}, mustExist: undefined }
  }
  const mustExist = part.boolean('must_exist')
  const aliases = oneOf(part, 'alias', 'aliases')
  return { kind, indices, aliases, meta: kind === 'add' ? readAlias(part) : {}, mustExist }
}

function oneOf(reader: JsonReader, single: string, several: string): readonly string[] {
  const one = reader.texts(single)
  const many = reader.texts(several)
  if (one !== undefined && many !== undefined) {
    throw illegalArgument(`Only one of [${single}] and [${several}] is supported`)
  }
  const names = one ?? many
  if (names === undefined) {
    throw illegalArgument(`One of [${single}] or [${several}] is required`)
  }
  if (names.length === 0) throw illegalArgument(`[${several}] can't be empty`)
  if (names.includes('')) throw illegalArgument(`[${single}] can't be empty string`)
  return names.flatMap((name) => name.split(','))
}

/** Reads what an alias is to have besides its name. */
export function readAlias(reader: JsonReader): AliasMeta {
  const routing = reader.text('routing')
  const index = reader.text('index_routing') ?? reader.text('indexRouting') ?? routing
  const search = reader.text('search_routing') ?? reader.text('searchRouting') ?? routing
  const filter = reader.object('filter')
  const isWritten = reader.boolean('is_write_index')
  const isHidden = reader.boolean('is_hidden')
  return {
    ...(filter !== undefined && { filter }),
    ...(index !== undefined && { index_routing: index }),
    ...(search !== undefined && { search_routing: search }),
    ...(isWritten !== undefined && { is_write_index: isWritten }),
    ...(isHidden !== undefined && { is_hidden: isHidden }),
  }
}

/**
 * Finds the indices and aliases that the actions are about.
 *
 * @throws SearchFailure for an index that does not exist, and when nothing can be removed
 */
export function resolveActions(
  asked: readonly AskedAction[],
  catalog: IndexCatalog,
  catalogue: IndexCatalogue,
): readonly AliasAction[] {
  const missing: string[] = []
  const actions = asked.flatMap((action) => {
    const found = catalog.resolved(
      catalogue,
      action.indices.join(','),
      {},
      {
        closed: 'keep',
        aliases: action.kind === 'remove_index' ? 'refuse' : 'follow',
        allowNoIndices: false,
        expand: { open: true, closed: true, hidden: true },
      },
    )
    if (action.kind === 'add') return additions(action, found, catalog.clock.nowMs())
    if (action.kind === 'remove_index') {
      return found.map(({ name }) => ({ kind: 'remove_index' as const, index: name }))
    }
    const removed = removals(action, found, catalogue)
    if (removed.length === 0) missing.push(...action.aliases)
    return removed
  })
  if (actions.length === 0 && missing.length > 0) throw aliasesMissing(missing)
  return actions
}

function additions(
  { aliases, meta }: AskedAction,
  found: readonly ResolvedIndex[],
  nowMs: number,
): readonly AliasAction[] {
  const stream = found.find((index) => index.kind === 'documents' && index.meta.dataStream)
  if (stream !== undefined) {
    throw illegalArgument(
      `[${stream.name}] belongs to a data stream: aliases of data streams are not supported`,
    )
  }
  return aliases.flatMap((name) => {
    const alias = withDates(name, nowMs)
    if (meta.index_routing?.includes(',') === true) {
      throw illegalArgument(`alias [${alias}] has several index routing values associated with it`)
    }
    return found.map((index) => ({ kind: 'add' as const, index: index.name, alias, meta }))
  })
}

function removals(
  { aliases, mustExist }: AskedAction,
  found: readonly ResolvedIndex[],
  { state }: IndexCatalogue,
): readonly AliasAction[] {
  const removed = found.flatMap((index) => {
    const names = Object.keys(indexView(index, state).aliases)
    const wanted = names.filter((name) =>
      aliases.some((pattern) => pattern === '_all' || fitsPattern(name, pattern)),
    )
    const fixed = index.kind === 'log' ? logPlan(index.name, state).templateAliases : []
    const kept = wanted.find((name) => fixed.includes(name))
    if (kept !== undefined) {
      throw illegalArgument(
        `alias [${kept}] of the log index [${index.name}] comes from an index template: change that`,
      )
    }
    return wanted.map((alias) => ({ kind: 'remove' as const, index: index.name, alias }))
  })
  if (mustExist === true) {
    const absent = aliases.find((name) => !removed.some(({ alias }) => fitsPattern(alias, name)))
    if (absent !== undefined) {
      throw new SearchFailure({
        type: 'resource_not_found_exception',
        reason: `required alias [${absent}] does not exist`,
        status: 404,
      })
    }
  }
  return removed
}

function aliasesMissing(names: readonly string[]): SearchFailure {
  const list = names.join(',')
  return new SearchFailure({
    type: 'aliases_not_found_exception',
    reason: `aliases [${list}] missing`,
    status: 404,
    resource: list,
    resourceType: 'aliases',
  })
}
