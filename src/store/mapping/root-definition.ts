import { dateFormat } from '../dates/date-format.ts'
import { type FailureDetails, illegalArgument, SearchFailure } from '../search-failure.ts'
import { EMPTY_OBJECT, type ObjectDefinition } from './definition.ts'
import { propertiesJson } from './definition-json.ts'
import { checkTemplate, type DynamicRules } from './dynamic-field.ts'
import { type DynamicTemplate, parseTemplates } from './dynamic-template.ts'
import { isObject, mappingFailure, readBoolean } from './mapping-failure.ts'
import type { MappingSettings } from './mapping-settings.ts'
import { mergeObjects } from './merge-definitions.ts'
import { parseProperties, readDynamic, unknownKeys } from './parse-definition.ts'

type Json = Readonly<Record<string, unknown>>

/** A mapping as a tree, with what stands at its root alone; undefined what it does not say. */
export interface RootDefinition {
  readonly object: ObjectDefinition
  readonly meta: Json | undefined
  readonly routingRequired: boolean | undefined
  readonly dateDetection: boolean | undefined
  readonly numericDetection: boolean | undefined
  readonly dateFormats: readonly string[] | undefined
  readonly templates: readonly DynamicTemplate[] | undefined
}

const KEYS = [
  'properties',
  'dynamic',
  'enabled',
  'subobjects',
  'date_detection',
  'numeric_detection',
  'dynamic_date_formats',
  'dynamic_templates',
  'runtime',
  '_meta',
  '_routing',
  '_source',
]

/**
 * Reads what stands under `mappings`.
 *
 * @throws SearchFailure
 */
export function parseRoot(json: Json, settings: MappingSettings): RootDefinition {
  if (json._doc !== undefined) {
    throw illegalArgument(
      'The mapping definition cannot be nested under a type [_doc] unless include_type_name is set to true.',
    )
  }
  if (isTooDeep(json)) throw mappingFailure('the mapping is nested too deeply')
  const rest = unknownKeys(json, KEYS)
  if (rest !== undefined) {
    throw mappingFailure(`Root mapping definition has unsupported parameters:  ${rest}`)
  }
  checkUnsupported(json)
  const place = { path: '', name: '_doc', settings, isDynamic: false }
  return {
    object: {
      ...EMPTY_OBJECT,
      isEnabled: readBoolean(json.enabled ?? true),
      dynamic: readDynamic(json.dynamic),
      properties: wrappedFailures(() => parseProperties(json.properties, place)),
    },
    meta: readMeta(json._meta),
    routingRequired: readRouting(json._routing),
    dateDetection: optionalBoolean(json.date_detection),
    numericDetection: optionalBoolean(json.numeric_detection),
    dateFormats: readFormats(json.dynamic_date_formats),
    templates: readTemplates(json.dynamic_templates, settings),
  }
}

/** Two definitions of one mapping that contradict each other are an error of its text. */
function wrappedFailures<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof SearchFailure) || isFinal(error.details)) {
      throw error
    }
    throw mappingFailure(error.details.reason, error.details.type)
  }
}

function isFinal({ type, reason }: FailureDetails): boolean {
  return type === 'mapper_parsing_exception' || reason.startsWith('Limit of mapping depth')
}

/** Levels of JSON that a mapping may have. */
const DEEPEST = 500

function isTooDeep(json: Json): boolean {
  let level: unknown[] = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
  return false
}

function checkUnsupported(json: Json): void {
  const { subobjects = true, runtime = {}, _source = {} } = json
  if (!readBoolean(subobjects)) throw mappingFailure('[subobjects: false] is not supported')
  if (!isObject(runtime)) throw mappingFailure('runtime must be a map type')
  if (Object.keys(runtime).length > 0) throw mappingFailure('[runtime] fields are not supported')
  if (!isObject(_source)) throw mappingFailure('_source must be a map type')
  for (const [key, value] of Object.entries(_source)) {
    const isUsual =
      (key === 'enabled' && readBoolean(value)) ||
      (key === 'mode' && value === 'stored') ||
      ((key === 'includes' || key === 'excludes') && Array.isArray(value) && value.length === 0)
    if (!isUsual) throw mappingFailure(`[_source] with [${key}] is not supported`)
  }
}

function readMeta(value: unknown): Json | undefined {
  if (value === undefined || isObject(value)) return value
  throw mappingFailure('[_meta] must be an object')
}

function readRouting(value: unknown): boolean | undefined {
  if (value === undefined) return undefined
  if (!isObject(value)) throw mappingFailure('[_routing] config must be an object')
  const rest = unknownKeys(value, ['required'])
  if (rest !== undefined) {
    throw mappingFailure(`Mapping definition for [_routing] has unsupported parameters:  ${rest}`)
  }
  return readBoolean(value.required ?? false)
}

function optionalBoolean(value: unknown): boolean | undefined {
  return value === undefined ? undefined : readBoolean(value)
}

function readFormats(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const formats = (Array.isArray(value) ? value : [value]).map(String)
  for (const format of formats) {
    try {
      dateFormat(format)
    } catch (error) {
      if (!(error instanceof SearchFailure)) throw error
      throw mappingFailure(error.message, 'illegal_argument_exception')
    }
  }
  return formats
}

function readTemplates(
  value: unknown,
  settings: MappingSettings,
): readonly DynamicTemplate[] | undefined {
  if (value === undefined) return undefined
  const templates = parseTemplates(value)
  for (const template of templates) checkTemplate(template, settings)
  return templates
}

/** @throws SearchFailure when `added` contradicts what is there */
export function mergeRoots(root: RootDefinition, added: RootDefinition): RootDefinition {
  const { routingRequired = false } = root
  if (added.routingRequired !== undefined && added.routingRequired !== routingRequired) {
    throw illegalArgument(
      `Mapper for [_routing] conflicts with existing mapper:\n\tCannot update parameter [required] from [${routingRequired}] to [${added.routingRequired}]`,
    )
  }
  return {
    object: mergeObjects(root.object, added.object, ''),
    meta: added.meta ?? root.meta,
    routingRequired: root.routingRequired,
    dateDetection: added.dateDetection ?? root.dateDetection,
    numericDetection: added.numericDetection ?? root.numericDetection,
    dateFormats: added.dateFormats ?? root.dateFormats,
    templates: added.templates ?? root.templates,
  }
}

/** The mapping as `GET _mapping` answers it. */
export function rootJson(root: RootDefinition): Json {
  const { object, meta, routingRequired, dateDetection, numericDetection } = root
  return {
    ...(object.dynamic !== undefined && { dynamic: object.dynamic }),
    ...(!object.isEnabled && { enabled: false }),
    ...(meta !== undefined && { _meta: meta }),
    ...(routingRequired === true && { _routing: { required: true } }),
    ...(root.dateFormats !== undefined && { dynamic_date_formats: root.dateFormats }),
    ...(root.templates !== undefined && {
      dynamic_templates: root.templates.map(({ name, json }) => ({ [name]: json })),
    }),
    ...(dateDetection !== undefined && { date_detection: dateDetection }),
    ...(numericDetection !== undefined && { numeric_detection: numericDetection }),
    ...(object.properties.size > 0 && { properties: propertiesJson(object.properties) }),
  }
}

export function dynamicRules(root: RootDefinition): DynamicRules {
  return {
    templates: root.templates ?? [],
    dateDetection: root.dateDetection ?? true,
    numericDetection: root.numericDetection ?? false,
    dateFormats: root.dateFormats,
  }
}
