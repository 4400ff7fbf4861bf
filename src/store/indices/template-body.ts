import { illegalArgument, SearchFailure } from '../search-failure.ts'
import { parseAliases } from './aliases.ts'
import type { TemplateKind } from './document-indices.ts'
import { changedSettings, nestedSettings, parseSettings } from './index-settings.ts'
import { isObject, type Json } from './json-object.ts'

const KEYS: Readonly<Record<TemplateKind, ReadonlySet<string>>> = {
  index: new Set([
    'index_patterns',
    'template',
    'composed_of',
    'priority',
    'version',
    '_meta',
    'data_stream',
    'allow_auto_create',
    'ignore_missing_component_templates',
    'deprecated',
  ]),
  component: new Set(['template', 'version', '_meta', 'allow_auto_create', 'deprecated']),
  legacy: new Set(['index_patterns', 'order', 'settings', 'mappings', 'aliases', 'version']),
}
const TEMPLATE_KEYS = new Set(['settings', 'mappings', 'aliases'])
const DATA_STREAM_KEYS = new Set(['hidden', 'allow_custom_routing', 'timestamp_field'])
const PARSERS = { index: 'index_template', component: 'component_template' } as const

/**
 * Reads a template as it is put and gives it back in one form: patterns as a list, settings
 * nested below `index` with texts as values.
 *
 * @throws SearchFailure
 */
export function parseTemplate(kind: TemplateKind, name: string, body: Json): Json {
  checkName(name)
  checkKeys(kind, body)
  return kind === 'legacy' ? legacyTemplate(name, body) : composableTemplate(kind, name, body)
}

function checkName(name: string): void {
  const faults = [
    ...(name.includes(' ') ? ['name must not contain a space'] : []),
    ...(name.includes(',') ? [`name must not contain a ','`] : []),
    ...(name.includes('#') ? [`name must not contain a '#'`] : []),
    ...(name.includes('*') ? [`name must not contain a '*'`] : []),
    ...(name.startsWith('_') ? [`name must not start with '_'`] : []),
    ...(name !== name.toLowerCase() ? ['name must be lower cased'] : []),
  ]
  if (faults.length > 0) throw invalidTemplate(name, validationOf(faults))
}

function validationOf(faults: readonly string[]): string {
  return `Validation Failed: ${faults.map((fault, place) => `${place + 1}: ${fault};`).join('')}`
}

function checkKeys(kind: TemplateKind, body: Json): void {
  const unknown = Object.keys(body).find((key) => !KEYS[kind].has(key))
  if (unknown === undefined) return
  throw kind === 'legacy'
    ? new SearchFailure({
        type: 'parse_exception',
        reason: `unknown key [${unknown}] in the template `,
        status: 400,
      })
    : contentFailure(`[${PARSERS[kind]}] unknown field [${unknown}]`)
}

function composableTemplate(kind: 'index' | 'component', name: string, body: Json): Json {
  const parser = PARSERS[kind]
  const template = body.template
  if (kind === 'component' && template === undefined) throw illegalArgument('Required [template]')
  const read = template === undefined ? undefined : templatePart(parser, name, template)
  checkNumber(parser, body, 'version')
  if (kind === 'component') return { ...body, template: read }
  checkNumber(parser, body, 'priority')
  if (Number(body.priority ?? 0) < 0) {
    throw new SearchFailure({
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: index template priority must be >= 0;',
      status: 400,
    })
  }
  checkDataStream(body.data_stream)
  return {
    ...body,
    index_patterns: patternsOf(name, body.index_patterns),
    ...(read !== undefined && { template: read }),
    composed_of: textList('composed_of', body.composed_of ?? []),
  }
}

function templatePart(parser: string, name: string, given: unknown): Json {
  const field = `[${parser}] failed to parse field [template]`
  if (!isObject(given)) throw contentFailure(field)
  const unknown = Object.keys(given).find((key) => !TEMPLATE_KEYS.has(key))
  if (unknown !== undefined) {
    const causedBy = {
      type: 'x_content_parse_exception',
      reason: `[template] unknown field [${unknown}]`,
    }
    throw new SearchFailure({
      type: 'x_content_parse_exception',
      reason: field,
      status: 400,
      causedBy,
    })
  }
  return partsOf(name, given)
}

function legacyTemplate(name: string, body: Json): Json {
  if (body.index_patterns === undefined) {
    throw new SearchFailure({
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: index patterns are missing;',
      status: 400,
    })
  }
  checkNumber('template', body, 'order')
  checkNumber('template', body, 'version')
  const { index_patterns, order, settings, mappings, aliases, ...rest } = body
  return {
    order: Number(order ?? 0),
    ...rest,
    index_patterns: patternsOf(name, index_patterns),
    settings: {},
    mappings: {},
    aliases: {},
    ...partsOf(name, { settings, mappings, aliases }),
  }
}

function partsOf(name: string, { settings, mappings, aliases }: Json): Json {
  if (mappings !== undefined && !isObject(mappings)) {
    throw illegalArgument('key [mappings] must be an object')
  }
  return {
    ...(settings !== undefined && { settings: settingsOf(name, settings) }),
    ...(mappings !== undefined && { mappings: withoutType(mappings as Json) }),
    ...(aliases !== undefined && { aliases: parseAliases(aliases) }),
  }
}

function settingsOf(name: string, given: unknown): Json {
  try {
    return nestedSettings(changedSettings({}, parseSettings(given)))
  } catch (error) {
    if (!(error instanceof SearchFailure)) throw error
    throw invalidTemplate(name, validationOf([error.details.reason]))
  }
}

/** Mappings once stood below the name of a type; `_doc` is still taken. */
function withoutType(mappings: Json): Json {
  const { _doc } = mappings
  return Object.keys(mappings).length === 1 && isObject(_doc) ? _doc : mappings
}

function patternsOf(name: string, given: unknown): readonly string[] {
  if (given === undefined) throw illegalArgument('Required [index_patterns]')
  const patterns = textList('index_patterns', given)
  if (patterns.length === 0) {
    throw illegalArgument('There must be at least one pattern, zero given')
  }
  const faults = patterns.flatMap((pattern) => [
    ...(pattern.includes(' ') ? [`index_patterns [${pattern}] must not contain a space`] : []),
    ...(pattern.includes(',') ? [`index_pattern [${pattern}] must not contain a ','`] : []),
    ...(pattern.includes('#') ? [`index_pattern [${pattern}] must not contain a '#'`] : []),
    ...(pattern.startsWith('_') ? [`index_pattern [${pattern}] must not start with '_'`] : []),
  ])
  if (faults.length === 0) return patterns
  throw invalidTemplate(name, validationOf(faults))
}

function textList(key: string, given: unknown): readonly string[] {
  const list = Array.isArray(given) ? given : [given]
  if (list.every((item) => typeof item === 'string')) return list
  throw contentFailure(`[index_template] failed to parse field [${key}]`)
}

function checkNumber(parser: string, body: Json, key: string): void {
  const value = body[key]
  if (value === undefined || value === null || /^-?\d{1,18}$/.test(String(value))) return
  throw contentFailure(`[${parser}] failed to parse field [${key}]`)
}

function checkDataStream(given: unknown): void {
  if (given === undefined) return
  const unknown = isObject(given) && Object.keys(given).find((key) => !DATA_STREAM_KEYS.has(key))
  if (unknown === undefined) return
  throw contentFailure('[index_template] failed to parse field [data_stream]')
}

/** Makes the failure of a template that cannot be put; `cause` says why. */
export function invalidTemplate(name: string, cause: string): SearchFailure {
  return new SearchFailure({
    type: 'invalid_index_template_exception',
    reason: `index_template [${name}] invalid, cause [${cause}]`,
    status: 400,
  })
}

function contentFailure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'x_content_parse_exception', reason, status: 400 })
}
