import {
  and,
  column,
  type Filter,
  joinSql,
  labelToken,
  NONE,
  or,
  type Sql,
  type SqlValue,
  sql,
  test,
  textValue,
} from '../store/index.ts'
import type { DateMathOptions } from './date-math.ts'
import { type FieldReference, IGNORE_ABOVE } from './field-reference.ts'
import { comparable, fieldValue, type ValueReference, valueType } from './field-value.ts'
import { illegalOnShard } from './search-failure.ts'

/** Fields whose values the text engine finds by their hash. */
const ID_FIELDS = ['request_id', 'trace_id', 'user_id'] as const

/**
 * Records whose field is one of `values`, not analysed.
 *
 * @throws SearchFailure for a value that is not of the field's type, and for unsearchable fields
 */
export function equalsAny(
  reference: FieldReference,
  values: readonly unknown[],
  dates: DateMathOptions,
): Filter {
  switch (reference.kind) {
    case 'unmapped':
    case 'labels':
      return NONE
    case 'stored':
      throw illegalOnShard(
        `Cannot search on field [${reference.name}] since it is not indexed nor has doc values.`,
      )
    case 'text':
      return or(values.map((value) => oneToken(reference.name, String(value))))
    case 'textKeyword':
      return or(values.map((value) => wholeText(reference.name, reference.field, String(value))))
    case 'label':
      return or(values.map((value) => labelEquals(reference, String(value))))
    case 'column':
      return columnEquals(reference, values, dates)
    default:
      return reference satisfies never
  }
}

/** A term of a text field is one word as the index holds it: lower-case, without any blank. */
function oneToken(field: 'prompt' | 'response' | 'error_message', value: string): Filter {
  const isWord = /^[\p{L}\p{N}][^\p{Z}\p{C}]*$/u.test(value) && value === value.toLowerCase()
  if (!isWord) return NONE
  const tokens = [{ text: value, prefix: false }]
  return { kind: 'text', probe: { kind: 'words', field, clauses: [[{ tokens }]] } }
}

function wholeText(name: string, field: 'prompt' | 'response', value: string): Filter {
  if (value.length > IGNORE_ABOVE) return NONE
  if (!/[\p{L}\p{N}]/u.test(value)) {
    throw illegalOnShard(`Field [${name}] supports only values with a letter or digit`)
  }
  return { kind: 'text', probe: { kind: 'exact', field, value } }
}

function labelEquals(
  { key, expression }: Extract<FieldReference, { kind: 'label' }>,
  value: string,
): Filter {
  const tokens = [{ text: labelToken(key, value), prefix: false }]
  return {
    kind: 'text',
    probe: { kind: 'words', field: 'labels', clauses: [[{ tokens }]] },
    check: sql`coalesce(${expression} = ${textValue(value)}, false)`,
  }
}

function columnEquals(
  reference: Extract<FieldReference, { kind: 'column' }>,
  values: readonly unknown[],
  dates: DateMathOptions,
): Filter {
  const bound = values
    .map((value) => fieldValue(value, reference.type, dates))
    .filter((value) => value !== undefined)
  if (bound.length === 0) return NONE
  const condition = oneOf(reference, bound)
  const texts = bound.map(({ value }) => String(value))
  const id = ID_FIELDS.find((known) => known === reference.name)
  if (id !== undefined) {
    return { kind: 'text', probe: { kind: 'id', id, values: texts }, check: condition }
  }
  return reference.name === '_id' ? documentIds(texts) : test(condition)
}

/** Documents by `_id`: it is the request id, or an id of its own when the sender gave one. */
export function documentIds(values: readonly string[]): Filter {
  if (values.length === 0) return NONE
  const list = joinSql(
    values.map((value) => sql`${textValue(value)}`),
    ', ',
  )
  const own = column('_id')
  return or([
    {
      kind: 'text',
      probe: { kind: 'id', id: '_id', values },
      check: sql`coalesce(${own} IN (${list}), false)`,
    },
    and([
      test(sql`(${own} IS NULL)`),
      {
        kind: 'text',
        probe: { kind: 'id', id: 'request_id', values },
        check: sql`coalesce(${column('request_id')} IN (${list}), false)`,
      },
    ]),
  ])
}

function oneOf(reference: ValueReference, values: readonly SqlValue[]): Sql {
  const list = joinSql(
    values.map((value) => sql`${value}`),
    ', ',
  )
  if (valueType(reference) === 'keywords') {
    return sql`coalesce(list_has_any(${reference.expression}, [${list}]), false)`
  }
  const field = comparable(reference)
  return values.length === 1
    ? sql`coalesce(${field} = ${values[0]!}, false)`
    : sql`coalesce(${field} IN (${list}), false)`
}
