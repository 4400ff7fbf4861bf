import { BodyReader } from '../body-reader.ts'
import { schemaLookup } from '../syntax/field-lookup.ts'
import { parseKql } from '../syntax/kql.ts'
import type { QueryCompiler } from './query-compiler.ts'

/** Records that match a text in the Kibana Query Language. */
export const kql: QueryCompiler = (body, { compile, schema }) => {
  const reader = new BodyReader(body, 'kql')
  const text = reader.requiredText('query')
  const timeZone = reader.text('time_zone')
  const field = reader.text('default_field')
  const boost = reader.number('boost') ?? 1
  reader.ignore('_name')
  reader.end()
  const tree = parseKql(text, {
    ...schemaLookup(schema),
    ...(timeZone !== undefined && { timeZone }),
    ...(field !== undefined && { fields: [field] }),
  })
  return compile(boost === 1 ? tree : { bool: { must: [tree], boost } })
}
