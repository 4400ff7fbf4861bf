import { fitsPattern } from '../search/index.ts'
import { isJson, type Json } from './index-body-reader.ts'

interface MappedName {
  readonly full_name: string
  readonly mapping: Json
}

/** Fields that every index has, without a mapping of their own. */
const METADATA = [
  '_doc_count',
  '_field_names',
  '_id',
  '_ignored',
  '_index',
  '_routing',
  '_seq_no',
  '_source',
  '_version',
]

/** The fields of a mapping that patterns name, by full name; multi-fields are fields too. */
export function fieldMappings(
  mappings: Json,
  patterns: readonly string[],
): Readonly<Record<string, MappedName>> {
  const all = [
    ...METADATA.map((name): MappedName => ({ full_name: name, mapping: {} })),
    ...fieldsOf(mappings.properties, ''),
  ]
  const wanted = all.filter(({ full_name }) =>
    patterns.some((pattern) => fitsPattern(full_name, pattern)),
  )
  return Object.fromEntries(wanted.map((field) => [field.full_name, field]))
}

function fieldsOf(properties: unknown, prefix: string): readonly MappedName[] {
  if (!isJson(properties)) return []
  return Object.entries(properties).flatMap(([name, field]): readonly MappedName[] => {
    if (!isJson(field)) return []
    const full = prefix + name
    const inner = [...fieldsOf(field.properties, `${full}.`), ...fieldsOf(field.fields, `${full}.`)]
    if (isJson(field.properties) || field.type === undefined) return inner
    return [{ full_name: full, mapping: { [name]: field } }, ...inner]
  })
}
