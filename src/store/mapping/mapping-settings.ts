import { Analysis } from '../analysis/analysis.ts'
import type { Settings } from '../indices/index-meta.ts'
import { illegalArgument } from '../search-failure.ts'

/** Settings of an index that mappings and documents depend on. */
export interface MappingSettings {
  readonly analysis: Analysis
  readonly totalFieldsLimit: number
  /** Objects within objects. */
  readonly depthLimit: number
  readonly nestedFieldsLimit: number
  /** Nested objects that one document may hold. */
  readonly nestedObjectsLimit: number
  /** Of fields that do not say it themselves. */
  readonly ignoreMalformed: boolean
  readonly coerce: boolean
}

const COUNTS = {
  totalFieldsLimit: ['index.mapping.total_fields.limit', 1_000],
  depthLimit: ['index.mapping.depth.limit', 20],
  nestedFieldsLimit: ['index.mapping.nested_fields.limit', 50],
  nestedObjectsLimit: ['index.mapping.nested_objects.limit', 10_000],
} as const

/**
 * Reads the settings of an index.
 *
 * @throws SearchFailure for analysis that is not supported and for limits that are no numbers
 */
export function mappingSettings(settings: Settings): MappingSettings {
  const count = (key: keyof typeof COUNTS) => readCount(settings, COUNTS[key])
  return {
    analysis: new Analysis(settings),
    totalFieldsLimit: count('totalFieldsLimit'),
    depthLimit: count('depthLimit'),
    nestedFieldsLimit: count('nestedFieldsLimit'),
    nestedObjectsLimit: count('nestedObjectsLimit'),
    ignoreMalformed: settings['index.mapping.ignore_malformed'] === 'true',
    coerce: settings['index.mapping.coerce'] !== 'false',
  }
}

function readCount(settings: Settings, [name, fallback]: readonly [string, number]): number {
  const value = settings[name]
  if (value === undefined) return fallback
  const text = String(value)
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw illegalArgument(`Failed to parse value [${text}] for setting [${name}]`)
}
