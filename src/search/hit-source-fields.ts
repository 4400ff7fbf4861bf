import { elasticProperties } from '../record/index.ts'
import {
  Analysis,
  fieldReader,
  LOG_TEXTS,
  type MappedField,
  Mapping,
  mappingSettings,
  type TextField,
  type Token,
} from '../store/index.ts'

/** A field as documents hold it. */
export interface SourceField {
  readonly name: string
  /** Elasticsearch's name of its type. */
  readonly type: string
  /** Where its values stand in a document. */
  readonly paths: readonly string[]
  /** The nested objects around it, the outermost first. */
  readonly within: readonly string[]
  /** Format of dates, as the mapping gives it. */
  readonly format: string | undefined
  readonly nullValue: unknown
  /** Set for analysed texts that can be searched. */
  readonly text: TextField | undefined
  /** Value as it is searched; undefined for one that the field leaves out. */
  read(value: unknown): string | number | boolean | undefined
  /** Tokens of a text of the field. */
  tokens(text: string): readonly Token[]
}

/** Fields by full name: multi-fields and aliases included, objects left out. */
export type SourceFields = ReadonlyMap<string, SourceField>

const CONTAINERS = new Set(['object', 'nested'])

/** The fields of documents that a mapping describes. */
export function sourceFields(
  fields: ReadonlyMap<string, MappedField>,
  analysis: Analysis,
): SourceFields {
  const nested = [...fields.values()].filter(({ type }) => type === 'nested')
  const made = new Map<string, SourceField>()
  for (const field of fields.values()) {
    if (CONTAINERS.has(field.type)) continue
    const { name, type, format, nullValue, text } = field
    const within = nested
      .map((object) => object.name)
      .filter((path) => field.nestedIn !== undefined && name.startsWith(`${path}.`))
      .sort((a, b) => a.length - b.length)
    made.set(name, {
      name,
      type,
      paths: pathsOf(field, fields),
      within,
      format,
      nullValue,
      text,
      read: fieldReader(field, analysis),
      tokens: (value) => analysis.analyzer(text?.analyzer ?? 'default').tokens(value),
    })
  }
  return made
}

function pathsOf(
  { name, parent, isAlias, text }: MappedField,
  fields: ReadonlyMap<string, MappedField>,
): readonly string[] {
  const target = isAlias ? fields.get(parent ?? '') : undefined
  if (target !== undefined) return pathsOf(target, fields)
  return text?.paths ?? [parent ?? name]
}

let logFields: SourceFields | undefined

/** The record's fields, as log indices are mapped. */
export function logSourceFields(): SourceFields {
  if (logFields !== undefined) return logFields
  const settings = mappingSettings({})
  const mapped = Mapping.parse({ properties: elasticProperties() }, settings).fields()
  const own = [...mapped].map(([name, field]): [string, MappedField] => {
    const text = Object.hasOwn(LOG_TEXTS, name)
      ? LOG_TEXTS[name as keyof typeof LOG_TEXTS]
      : undefined
    return [name, { ...field, text }]
  })
  logFields = sourceFields(new Map(own), new Analysis({}))
  return logFields
}
