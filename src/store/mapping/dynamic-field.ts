import { dateFormat } from '../dates/date-format.ts'
import { UTC } from '../dates/time-zone.ts'
import { SearchFailure } from '../search-failure.ts'
import { type Definition, EMPTY_OBJECT, type FieldDefinition } from './definition.ts'
import { type DynamicTemplate, filledMapping, type MatchType } from './dynamic-template.ts'
import { mappingFailure } from './mapping-failure.ts'
import type { MappingSettings } from './mapping-settings.ts'
import { parseDefinition } from './parse-definition.ts'
import { isRawNumber } from './raw-number.ts'

/** How the root of a mapping wants new fields to be mapped. */
export interface DynamicRules {
  readonly templates: readonly DynamicTemplate[]
  readonly dateDetection: boolean
  readonly numericDetection: boolean
  /** Undefined: Elasticsearch's own. */
  readonly dateFormats: readonly string[] | undefined
}

type Json = Readonly<Record<string, unknown>>

interface Detected {
  readonly match: MatchType
  /** What `{dynamic_type}` stands for, and the type when no template says more. */
  readonly type: string
  /** Format that the date was recognised by. */
  readonly format?: string
}

const SLASHES = 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd'

/** What dates look like when the mapping does not say it, with the format of the field. */
const DATE_FORMATS: readonly { readonly pattern: string; readonly format: string | undefined }[] = [
  { pattern: 'strict_date_optional_time', format: undefined },
  { pattern: SLASHES, format: `${SLASHES}||epoch_millis` },
]

const WHOLE = /^[+-]?\d{1,19}$/
const NUMBER = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?|NaN|Infinity)\s*$/

/**
 * The definition that a value of a document gives to a field that the mapping does not have;
 * undefined when the value says nothing: null or an empty list.
 *
 * @throws SearchFailure when a template makes what cannot be
 */
export function dynamicDefinition(
  value: unknown,
  place: { readonly path: string; readonly name: string; readonly settings: MappingSettings },
  rules: DynamicRules,
): Definition | undefined {
  const detected = detect(value, rules)
  if (detected === undefined) return undefined
  const { path, name } = place
  const template = rules.templates.find((each) => each.matches(path, name, detected.match))
  if (template === undefined) return plain(detected)
  return fromTemplate(template, detected, place)
}

const TYPES: Readonly<Record<MatchType, string>> = {
  object: 'object',
  string: 'text',
  long: 'long',
  double: 'float',
  boolean: 'boolean',
  date: 'date',
  binary: 'binary',
}

/**
 * Checks that a template can make a field of any of the types that it is for; one that puts the
 * name of the field in can only be checked with a field.
 *
 * @throws SearchFailure
 */
export function checkTemplate(template: DynamicTemplate, settings: MappingSettings): void {
  const { name, types, mapping } = template
  if (JSON.stringify(mapping).includes('{name}')) return
  const place = { path: `__dynamic__${name}`, name: `__dynamic__${name}`, settings }
  let problem = ''
  for (const match of types) {
    try {
      fromTemplate(template, { match, type: TYPES[match] }, place)
      return
    } catch (error) {
      if (!(error instanceof SearchFailure)) throw error
      problem = error.details.causedBy?.reason ?? error.details.reason
    }
  }
  throw mappingFailure(
    `dynamic template [${name}] has invalid content [${JSON.stringify(template.json)}], attempted to validate it with the following match_mapping_type: [${types.join(', ')}]: ${problem}`,
    'illegal_argument_exception',
  )
}

function fromTemplate(
  template: DynamicTemplate,
  detected: Detected,
  place: { readonly path: string; readonly name: string; readonly settings: MappingSettings },
): Definition {
  const mapping = filledMapping(template.mapping, place.name, detected.type)
  const json: Json = { type: detected.type, ...formatOf(detected, mapping), ...mapping }
  return parseDefinition(json.type === 'object' ? objectKeys(json) : json, {
    ...place,
    isDynamic: true,
  })
}

/** A template for all types may hold what an object does not know. */
function objectKeys({ type, dynamic, enabled, properties }: Json): Json {
  return {
    type,
    ...(dynamic !== undefined && { dynamic }),
    ...(enabled !== undefined && { enabled }),
    ...(properties !== undefined && { properties }),
  }
}

function formatOf({ format }: Detected, mapping: Json): Json {
  const isDate = mapping.type === undefined || mapping.type === 'date'
  return format !== undefined && isDate && mapping.format === undefined ? { format } : {}
}

function plain({ type, format }: Detected): Definition {
  if (type === 'object') return { ...EMPTY_OBJECT, isDynamic: true }
  const parameters = new Map(format === undefined ? [] : [['format', format]])
  const fields = type === 'text' ? new Map([['keyword', KEYWORD]]) : new Map()
  return { kind: 'field', type, parameters, fields, isDynamic: true }
}

const KEYWORD: FieldDefinition = {
  kind: 'field',
  type: 'keyword',
  parameters: new Map([['ignore_above', 256]]),
  fields: new Map(),
  isDynamic: true,
}

function detect(value: unknown, rules: DynamicRules): Detected | undefined {
  if (Array.isArray(value)) return detectFirst(value, rules)
  switch (typeof value) {
    case 'string':
      return detectText(value, rules)
    case 'boolean':
      return { match: 'boolean', type: 'boolean' }
    case 'number':
      return detectNumber(String(value))
    default:
      if (value === null || value === undefined) return undefined
      return isRawNumber(value) ? detectNumber(value.rawJSON) : { match: 'object', type: 'object' }
  }
}

/** Lists within lists are one list; its first value decides. */
function detectFirst(list: readonly unknown[], rules: DynamicRules): Detected | undefined {
  const stack: unknown[] = [list]
  while (stack.length > 0) {
    const value = stack.pop()
    if (Array.isArray(value)) {
      for (let place = value.length - 1; place >= 0; place--) stack.push(value[place])
      continue
    }
    const detected = detect(value, rules)
    if (detected !== undefined) return detected
  }
  return undefined
}

function detectNumber(text: string): Detected {
  return /[.eE]/.test(text) ? { match: 'double', type: 'float' } : { match: 'long', type: 'long' }
}

function detectText(text: string, rules: DynamicRules): Detected {
  if (NUMBER.test(text)) {
    if (!rules.numericDetection) return { match: 'string', type: 'text' }
    return WHOLE.test(text) ? { match: 'long', type: 'long' } : { match: 'double', type: 'float' }
  }
  const date = rules.dateDetection ? dateOf(text, rules) : undefined
  return date ?? { match: 'string', type: 'text' }
}

function dateOf(text: string, { dateFormats }: DynamicRules): Detected | undefined {
  const formats =
    dateFormats?.map((pattern) => ({
      pattern,
      format: pattern === 'strict_date_optional_time' ? undefined : pattern,
    })) ?? DATE_FORMATS
  for (const { pattern, format } of formats) {
    if (dateFormat(pattern).parse(text, UTC, false) === undefined) continue
    return { match: 'date', type: 'date', ...(format !== undefined && { format }) }
  }
  return undefined
}
