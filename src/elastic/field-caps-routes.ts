import { illegalArgument, type Search } from '../search/index.ts'
import { type ElasticRequest, type ElasticRoute, INDEX_PARAMETERS, indexTarget } from './route.ts'
import { bodyObject } from './search-body.ts'

/** `_field_caps`: which fields there are, of which type, and what can be done with them. */
export function fieldCapsRoutes(search: Search): readonly ElasticRoute[] {
  const handle = async (request: ElasticRequest) => {
    const patterns = patternsOf(request)
    return { body: await search.fieldCapabilities(indexTarget(request), patterns) }
  }
  const parameters = [
    ...INDEX_PARAMETERS,
    'fields',
    'include_unmapped',
    'filters',
    'types',
    'include_empty_fields',
  ]
  const methods = ['GET', 'POST'] as const
  return [
    { methods, path: '/_field_caps', parameters, handle },
    { methods, path: '/:index/_field_caps', parameters, handle },
  ]
}

function patternsOf({ query, body }: ElasticRequest): readonly string[] {
  const given = bodyObject(body)
  const unknown = Object.keys(given).find((key) => key !== 'fields' && key !== 'index_filter')
  if (unknown !== undefined)
    throw illegalArgument(`[field_caps_request] unknown field [${unknown}]`)
  for (const name of ['filters', 'types'] as const) {
    if (query[name]) throw illegalArgument(`[${name}] of [_field_caps] is not supported`)
  }
  const fields = given.fields ?? query.fields?.split(',')
  const patterns = Array.isArray(fields) ? fields : fields === undefined ? [] : [fields]
  if (patterns.length > 0) return patterns.map(String)
  throw illegalArgument('Validation Failed: 1: no fields specified;')
}
