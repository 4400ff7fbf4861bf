import { illegalArgument } from '../search-failure.ts'
import type { AliasMeta } from './index-meta.ts'
import { checkAliasName } from './index-names.ts'
import { isObject, type Json, objectOf } from './json-object.ts'

type Aliases = Readonly<Record<string, AliasMeta>>

/** Stands for the name of the new index in the aliases of a template. */
const INDEX_PLACE = '{index}'

/**
 * Reads the aliases of an index or a template.
 *
 * @throws SearchFailure
 */
export function parseAliases(given: unknown): Aliases {
  if (given === undefined) return {}
  if (!isObject(given)) throw illegalArgument('key [aliases] must be an object')
  return objectOf(
    Object.entries(given).map(([name, alias]) => {
      checkAliasName(name.replaceAll(INDEX_PLACE, 'index'))
      return [name, parseAlias(name, alias)] as const
    }),
  )
}

function parseAlias(name: string, given: unknown): AliasMeta {
  if (!isObject(given)) throw illegalArgument('No alias is specified')
  let alias: AliasMeta = {}
  for (const [key, value] of Object.entries(given)) {
    alias = { ...alias, ...aliasPart(name, key, value) }
  }
  return alias
}

function aliasPart(name: string, key: string, value: unknown): AliasMeta {
  switch (key) {
    case 'filter':
      if (isObject(value)) return { filter: value }
      break
    case 'routing':
      if (typeof value === 'string') return { index_routing: value, search_routing: value }
      break
    case 'index_routing':
    case 'indexRouting':
      if (typeof value === 'string') return { index_routing: value }
      break
    case 'search_routing':
    case 'searchRouting':
      if (typeof value === 'string') return { search_routing: value }
      break
    case 'is_write_index':
    case 'is_hidden':
      if (typeof value === 'boolean') return { [key]: value }
      if (value === 'true' || value === 'false') return { [key]: value === 'true' }
      break
    default:
      throw illegalArgument(`Unknown field [${key}] in alias [${name}]`)
  }
  throw illegalArgument(`Unknown token [${tokenOf(value)}] in alias [${name}]`)
}

function tokenOf(value: unknown): string {
  if (value === null) return 'VALUE_NULL'
  if (Array.isArray(value)) return 'START_ARRAY'
  switch (typeof value) {
    case 'boolean':
      return 'VALUE_BOOLEAN'
    case 'number':
      return 'VALUE_NUMBER'
    case 'object':
      return 'START_OBJECT'
    default:
      return 'VALUE_STRING'
  }
}

/** The aliases with the name of the new index in its places. */
export function aliasesFor(index: string, aliases: Aliases): Aliases {
  return objectOf(
    Object.entries(aliases).map(([name, alias]) => [name.replaceAll(INDEX_PLACE, index), alias]),
  )
}

/** Reads the aliases of something stored, which were checked when it was put. */
export function aliasesOf(body: Json): Aliases {
  return parseAliases(body.aliases ?? undefined)
}
