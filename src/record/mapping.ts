import { FIELDS, type FieldDefinition, type FieldType } from './fields.ts'

const KEYWORD = { type: 'keyword', fields: { keyword: { type: 'keyword' } } } as const

const ELASTIC: Readonly<Record<FieldType, Readonly<Record<string, unknown>>>> = {
  keyword: KEYWORD,
  keywords: KEYWORD,
  text: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
  stored: { type: 'keyword', index: false, doc_values: false },
  long: { type: 'long' },
  double: { type: 'double' },
  usd: { type: 'double' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
  object: { type: 'flattened' },
  details: { type: 'object', enabled: false },
}

/** The record as an Elasticsearch mapping: the value of `mappings.properties`. */
export function elasticProperties(): Record<string, Readonly<Record<string, unknown>>> {
  return Object.fromEntries(
    Object.entries(FIELDS).map(([name, field]) => [name, ELASTIC[field.type]]),
  )
}

/** The record as the reference page `docs/record.md`. */
export function recordPage(): string {
  const rows = Object.entries(FIELDS).map(([name, field]: [string, FieldDefinition]) => {
    const otel = field.otel === undefined ? '' : `\`${field.otel}\``
    const cells = [`\`${name}\``, field.type, field.unit ?? '', field.role, otel, field.description]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '# The record',
    '',
    'One call, one record, one name per field: the same in the journal, in the store, in the',
    'Elasticsearch API and in the console. Made from `src/record/fields.ts` by `npm run docs`.',
    '',
    'Types: `keyword` exact string, `keywords` list of them, `text` words, `stored` returned but',
    'not searched, `usd` decimal with nine places, `object` JSON object of strings, `details` list',
    'of objects, returned but not searched.',
    'Roles in an incident: a `cause` competes to be named, a `symptom` is attached, a `measure` is',
    'what went wrong, an `id` leads to one call.',
    '',
    '| field | type | unit | role | OpenTelemetry | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
