import type { FieldDefinition } from './definition.ts'
import type { ValueType } from './mapped-field.ts'
import { mappingFailure } from './mapping-failure.ts'
import type { MappingSettings } from './mapping-settings.ts'
import {
  analyzer,
  CONSTANT,
  COPY_TO,
  choice,
  flag,
  format,
  indexFlag,
  META,
  NORMALIZER,
  nullValue,
  only,
  type Parameter,
  PREFIXES,
  SCALING_FACTOR,
  SIMILARITY,
  wholeNumber,
} from './parameter.ts'
import { readBooleanValue } from './values/boolean-value.ts'
import { dateReader } from './values/date-value.ts'
import { readIp } from './values/ip-value.ts'
import { constantReader, keywordReader, readNothing, readText } from './values/keyword-value.ts'
import { fractionReader, wholeReader } from './values/number-value.ts'
import { Malformed, type ReadValue, type Scalar } from './values/value-reader.ts'

type Kind =
  | 'text'
  | 'keyword'
  | 'constant'
  | 'whole'
  | 'fraction'
  | 'boolean'
  | 'date'
  | 'ip'
  | 'flattened'
  | 'binary'

/** What fields of one of Elasticsearch's types have in common. */
export interface FieldType {
  readonly name: string
  readonly kind: Kind
  readonly valueType: ValueType | undefined
  readonly parameters: Readonly<Record<string, Parameter>>
}

const COMMON = { meta: META, copy_to: COPY_TO }
const INDEXED = { ...COMMON, index: flag(true), doc_values: flag(true), store: flag(false) }
const ORDINALS = { eager_global_ordinals: flag(false, { updatable: true }) }

const checkedNull = nullValue((value, { type, field, settings, name }) => {
  const kept = readerOf(type, new Map(), field, settings)(value as Scalar, undefined)
  if (!(kept instanceof Malformed)) return type === 'boolean' ? kept : value
  const prefix = type.startsWith('date') ? `Error parsing [${name}] on field [${field}]: ` : ''
  throw mappingFailure(prefix + kept.reason, kept.type)
})

const NUMBER = {
  ...INDEXED,
  coerce: indexFlag(),
  ignore_malformed: indexFlag(),
  null_value: checkedNull,
  time_series_dimension: only(false),
  time_series_metric: choice('', ['gauge', 'counter']),
}

const LENIENT = { ignore_malformed: indexFlag(), null_value: checkedNull }

const TEXT = {
  ...COMMON,
  ...ORDINALS,
  index: flag(true),
  store: flag(false),
  norms: flag(true, { updatable: true }),
  index_options: choice('positions', ['positions', 'docs', 'freqs', 'offsets']),
  term_vector: choice('no', [
    'no',
    'yes',
    'with_positions',
    'with_offsets',
    'with_positions_offsets',
    'with_positions_payloads',
    'with_positions_offsets_payloads',
  ]),
  index_phrases: flag(false),
  index_prefixes: PREFIXES,
  position_increment_gap: only(100),
  fielddata: only(false),
  similarity: SIMILARITY,
  analyzer: analyzer(),
  search_analyzer: analyzer({ updatable: true }),
  search_quote_analyzer: analyzer({ updatable: true }),
}

const DATE = {
  ...INDEXED,
  ...LENIENT,
  locale: choice('', ['en', 'en_US', 'en-US', 'ROOT', '']),
}

const KEYWORD_NULL = nullValue((value) => String(value))

const DEFINED: Readonly<Record<string, Omit<FieldType, 'name'>>> = {
  text: { kind: 'text', valueType: undefined, parameters: TEXT },
  match_only_text: {
    kind: 'text',
    valueType: undefined,
    parameters: {
      ...COMMON,
      analyzer: analyzer(),
      search_analyzer: analyzer({ updatable: true }),
      search_quote_analyzer: analyzer({ updatable: true }),
    },
  },
  keyword: {
    kind: 'keyword',
    valueType: 'keyword',
    parameters: {
      ...INDEXED,
      ...ORDINALS,
      ignore_above: wholeNumber(undefined),
      null_value: KEYWORD_NULL,
      normalizer: NORMALIZER,
      norms: flag(false, { updatable: true }),
      index_options: choice('docs', ['docs', 'freqs']),
      similarity: SIMILARITY,
      split_queries_on_whitespace: only(false),
      time_series_dimension: only(false),
    },
  },
  wildcard: {
    kind: 'keyword',
    valueType: 'keyword',
    parameters: { ...COMMON, ignore_above: wholeNumber(undefined), null_value: KEYWORD_NULL },
  },
  constant_keyword: {
    kind: 'constant',
    valueType: 'keyword',
    parameters: { meta: META, value: CONSTANT },
  },
  flattened: {
    kind: 'flattened',
    valueType: 'keyword',
    parameters: {
      ...ORDINALS,
      meta: META,
      index: flag(true),
      doc_values: flag(true),
      depth_limit: wholeNumber(20),
      ignore_above: wholeNumber(undefined),
      null_value: KEYWORD_NULL,
      index_options: choice('docs', ['docs', 'freqs']),
      similarity: SIMILARITY,
      split_queries_on_whitespace: only(false),
    },
  },
  long: { kind: 'whole', valueType: 'long', parameters: NUMBER },
  integer: { kind: 'whole', valueType: 'long', parameters: NUMBER },
  short: { kind: 'whole', valueType: 'long', parameters: NUMBER },
  byte: { kind: 'whole', valueType: 'long', parameters: NUMBER },
  unsigned_long: { kind: 'whole', valueType: 'long', parameters: NUMBER },
  double: { kind: 'fraction', valueType: 'double', parameters: NUMBER },
  float: { kind: 'fraction', valueType: 'double', parameters: NUMBER },
  half_float: { kind: 'fraction', valueType: 'double', parameters: NUMBER },
  scaled_float: {
    kind: 'fraction',
    valueType: 'double',
    parameters: { ...NUMBER, scaling_factor: SCALING_FACTOR },
  },
  boolean: {
    kind: 'boolean',
    valueType: 'boolean',
    parameters: { ...INDEXED, ...LENIENT, time_series_dimension: only(false) },
  },
  date: {
    kind: 'date',
    valueType: 'date',
    parameters: { ...DATE, format: format('strict_date_optional_time||epoch_millis') },
  },
  date_nanos: {
    kind: 'date',
    valueType: 'date',
    parameters: { ...DATE, format: format('strict_date_optional_time_nanos||epoch_millis') },
  },
  ip: {
    kind: 'ip',
    valueType: 'ip',
    parameters: { ...INDEXED, ...LENIENT, time_series_dimension: only(false) },
  },
  binary: {
    kind: 'binary',
    valueType: undefined,
    parameters: { ...COMMON, store: flag(false), doc_values: only(false) },
  },
}

const FIELD_TYPES: ReadonlyMap<string, FieldType> = new Map(
  Object.entries(DEFINED).map(([name, type]) => [name, { ...type, name }]),
)

/** The type of that name; undefined for those that are not supported, objects and aliases. */
export function fieldType(name: string): FieldType | undefined {
  return FIELD_TYPES.get(name)
}

/** What a parameter of a field is, given or not. */
export function parameterOf(
  { type, parameters }: Pick<FieldDefinition, 'type' | 'parameters'>,
  name: string,
): unknown {
  return parameters.get(name) ?? FIELD_TYPES.get(type)?.parameters[name]?.fallback
}

/** Makes what reads the values of a field. */
export function readerOf(
  type: string,
  parameters: ReadonlyMap<string, unknown>,
  field: string,
  settings: Pick<MappingSettings, 'analysis' | 'coerce'>,
): ReadValue {
  const kind = FIELD_TYPES.get(type)!.kind
  const given = (name: string) => parameterOf({ type, parameters }, name)
  const coerce = given('coerce') !== false && (given('coerce') === true || settings.coerce)
  switch (kind) {
    case 'whole':
      return wholeReader(type, coerce)
    case 'fraction':
      return fractionReader(type, coerce, given('scaling_factor') as number | undefined)
    case 'boolean':
      return readBooleanValue
    case 'date':
      return dateReader(type, String(given('format')))
    case 'ip':
      return readIp
    case 'keyword':
    case 'flattened':
      return keywordReader({
        ignoreAbove: given('ignore_above') as number | undefined,
        normalizer: normalizerOf(given('normalizer'), settings),
        field,
      })
    case 'constant':
      return constantReader(field, given('value') as string | undefined)
    case 'text':
      return readText
    case 'binary':
      return readNothing
    default:
      return kind satisfies never
  }
}

function normalizerOf(name: unknown, { analysis }: Pick<MappingSettings, 'analysis'>) {
  return typeof name === 'string' ? analysis.normalizer(name) : undefined
}
