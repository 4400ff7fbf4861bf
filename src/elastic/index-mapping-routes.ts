import { isDeepStrictEqual } from 'node:util'
import { elasticProperties } from '../record/index.ts'
import { illegalArgument, type ResolvedIndex } from '../search/index.ts'
import { ACKNOWLEDGED, type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { isJson, type Json, requiredBody } from './index-body-reader.ts'
import { accepted, documentNames, type IndexCatalog } from './index-catalog.ts'
import { fieldMappings } from './index-field-mapping.ts'
import { indexView } from './index-view.ts'
import { parameter } from './parameters.ts'
import {
  type ElasticAnswer,
  type ElasticRequest,
  type ElasticRoute,
  INDEX_PARAMETERS,
} from './route.ts'

const GET_PARAMETERS = [...INDEX_PARAMETERS, ...TIMEOUTS, 'local']
const PUT_PARAMETERS = [...INDEX_PARAMETERS, ...TIMEOUTS, 'write_index_only']
const FIELD_PARAMETERS = [...INDEX_PARAMETERS, 'local', 'include_defaults']

/** Mappings: shown whole or field by field, and extended. */
export function mappingRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const show = (path: string): ElasticRoute => ({
    methods: ['GET'],
    path,
    parameters: GET_PARAMETERS,
    handle: (request) => showMappings(catalog, request),
  })
  const put = (path: string): ElasticRoute => ({
    methods: ['PUT', 'POST'],
    path,
    parameters: PUT_PARAMETERS,
    handle: (request) => putMapping(catalog, request),
  })
  const fields = (path: string): ElasticRoute => ({
    methods: ['GET'],
    path,
    parameters: FIELD_PARAMETERS,
    handle: (request) => showFields(catalog, request),
  })
  return [
    show('/_mapping'),
    show('/_mappings'),
    show('/:index/_mapping'),
    show('/:index/_mappings'),
    put('/:index/_mapping'),
    put('/:index/_mappings'),
    fields('/_mapping/field/:fields'),
    fields('/:index/_mapping/field/:fields'),
  ]
}

async function showMappings(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const shown = found.map((index) => {
    const { name, mappings } = indexView(index, catalogue.state)
    return [name, { mappings }]
  })
  return { body: Object.fromEntries(shown) }
}

async function showFields(
  catalog: IndexCatalog,
  { path, query }: ElasticRequest,
): Promise<ElasticAnswer> {
  if (parameter.boolean(query, 'include_defaults') === true) {
    throw illegalArgument('[include_defaults] is not supported')
  }
  const catalogue = await catalog.catalogue()
  const found = catalog.resolved(catalogue, path.index ?? '', query, { closed: 'keep' })
  const patterns = (path.fields ?? '').split(',')
  const shown = found.map((index) => {
    const { name, mappings } = indexView(index, catalogue.state)
    return [name, { mappings: fieldMappings(mappings, patterns) }]
  })
  return { status: found.length === 0 ? 404 : 200, body: Object.fromEntries(shown) }
}

async function putMapping(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const mapping = requiredBody(body)
  if (Object.hasOwn(mapping, '_doc')) {
    throw illegalArgument('Types cannot be provided in put mapping requests')
  }
  const catalogue = await catalog.catalogue()
  const expression = path.index ?? ''
  const all = catalog.resolved(catalogue, expression, query, {
    closed: 'keep',
    allowNoIndices: false,
    expand: { open: true, closed: true, hidden: false },
  })
  const writeOnly = parameter.boolean(query, 'write_index_only') ?? false
  const found = writeOnly ? all.filter((index) => isWritten(index, expression)) : all
  for (const { kind, name } of found) if (kind === 'log') checkLogMapping(name, mapping)
  const names = documentNames(found)
  if (names.length > 0) accepted(await catalog.indices.putMapping(names, mapping))
  return ACKNOWLEDGED
}

/** Of an alias with an index to write to, only that one is meant. */
function isWritten(index: ResolvedIndex, expression: string): boolean {
  if (index.kind === 'log') return true
  return index.meta.aliases[expression]?.is_write_index !== false
}

/** A log index has the fields of a record; a mapping that says just that changes nothing. */
function checkLogMapping(index: string, mapping: Json): void {
  const known = elasticProperties()
  const { properties, ...rest } = mapping
  const other = Object.keys(rest)[0]
  if (other !== undefined) throw refused(index, `[${other}] cannot be set`)
  for (const [name, field] of Object.entries(isJson(properties) ? properties : {})) {
    const own = Object.hasOwn(known, name) ? known[name] : undefined
    const type = isJson(field) ? field.type : undefined
    if (own === undefined) throw refused(index, `[${name}] cannot be added`)
    if (own.type !== type && !isDeepStrictEqual(own, field)) {
      throw refused(
        index,
        `mapper [${name}] cannot be changed from type [${String(own.type)}] to [${typeof type === 'string' ? type : JSON.stringify(type)}]`,
      )
    }
  }
}

function refused(index: string, what: string) {
  return illegalArgument(`[${index}] is a log index with a fixed mapping: ${what}`)
}
