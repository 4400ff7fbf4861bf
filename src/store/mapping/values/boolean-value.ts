import { Malformed, type ReadValue } from './value-reader.ts'

export const readBooleanValue: ReadValue = (value) => {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  if (value === 'false' || value === '') return false
  if (typeof value === 'number') {
    const token = Number.isInteger(value) ? 'VALUE_NUMBER_INT' : 'VALUE_NUMBER_FLOAT'
    return new Malformed(
      `Current token (${token}) not of boolean type`,
      'x_content_parse_exception',
    )
  }
  return new Malformed(`Failed to parse value [${value}] as only [true] or [false] are allowed.`)
}
