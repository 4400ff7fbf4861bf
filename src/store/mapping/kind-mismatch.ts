import type { LeafNode } from './document-tree.ts'
import { Malformed, type Scalar } from './values/value-reader.ts'

const NUMBERS = new Set(['long', 'double'])

/** Why a field with values does not take an object. */
export function objectForValue({ field, definition }: LeafNode): Malformed {
  if (field.valueType !== undefined && NUMBERS.has(field.valueType)) {
    return new Malformed('Cannot parse object as number')
  }
  if (definition.type === 'boolean') {
    const reason = 'Current token (START_OBJECT) not of boolean type'
    return new Malformed(reason, 'x_content_parse_exception')
  }
  return new Malformed("Can't get text on a START_OBJECT", 'illegal_state_exception')
}

/** Why a field of objects does not take a value. */
export function valueForObject(value: Scalar): Malformed {
  const kind = typeof value
  const token = kind === 'string' ? 'STRING' : kind === 'number' ? 'NUMBER' : 'BOOLEAN'
  return new Malformed(
    `Failed to parse object: expecting token of type [START_OBJECT] but found [VALUE_${token}]`,
    'parsing_exception',
  )
}
