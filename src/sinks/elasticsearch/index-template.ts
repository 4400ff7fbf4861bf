import type { Config } from '../../kernel/index.ts'
import { elasticProperties } from '../../record/index.ts'
import type { JsonObject } from './json-object.ts'
import type { Product } from './product.ts'

/** Above templates that somebody made for the same pattern and gave no priority. */
const PRIORITY = 200

/** Index template of the record, as this cluster takes it; without `_meta`. */
export function indexTemplate(product: Product, settings: Config['elasticsearch']): JsonObject {
  return {
    index_patterns: ['holysheep-*'],
    priority: PRIORITY,
    template: {
      settings: {
        'index.number_of_shards': String(settings.shards),
        'index.number_of_replicas': String(settings.replicas),
        // a value that does not fit is kept in _source and named in _ignored
        'index.mapping.ignore_malformed': 'true',
        ...(product.lifecycle === 'ilm' && { 'index.lifecycle.name': settings.policy_name }),
      },
      mappings: { properties: propertiesFor(product) },
    },
  }
}

/** OpenSearch has another name for objects whose values are all keywords. */
function propertiesFor({ name }: Product): JsonObject {
  const properties = elasticProperties()
  if (name === 'elasticsearch') return properties
  return Object.fromEntries(
    Object.entries(properties).map(([field, mapping]) => [
      field,
      mapping.type === 'flattened' ? { ...mapping, type: 'flat_object' } : mapping,
    ]),
  )
}
