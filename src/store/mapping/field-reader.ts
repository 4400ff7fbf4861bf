import type { Analysis } from '../analysis/analysis.ts'
import { readerOf } from './field-type.ts'
import type { MappedField } from './mapped-field.ts'
import { isRawNumber } from './raw-number.ts'
import type { Scalar } from './values/value-reader.ts'

/**
 * Makes what reads the values of a field from a stored document, as they were read when it was
 * written: coerced, normalized, dates as milliseconds. Undefined for what the field left out.
 */
export function fieldReader(
  field: MappedField,
  analysis: Analysis,
): (value: unknown) => Scalar | undefined {
  const parameters = new Map<string, unknown>(
    Object.entries({
      format: field.format,
      normalizer: field.normalizer,
      ignore_above: field.ignoreAbove,
      scaling_factor: field.scalingFactor,
    }).filter(([, value]) => value !== undefined),
  )
  const read = readerOf(field.type, parameters, field.name, { analysis, coerce: true })
  return (value) => {
    const raw = isRawNumber(value) ? value.rawJSON : undefined
    const scalar = raw === undefined ? value : Number(raw)
    if (typeof scalar !== 'string' && typeof scalar !== 'number' && typeof scalar !== 'boolean') {
      return undefined
    }
    const kept = read(scalar, raw)
    return typeof kept === 'object' || typeof kept === 'symbol' ? undefined : kept
  }
}
