import {
  and,
  column,
  type DateMathOptions,
  type Filter,
  isAmong,
  NONE,
  or,
  type Score,
  type Sql,
  type SqlValue,
  sql,
  type TextField,
  test,
  textValue,
} from '../store/index.ts'
import { anyOf, anyValue, hasValue } from './conditions.ts'
import { fieldValue } from './field-value.ts'
import { equally, type Query } from './queries/query-compiler.ts'
import type { ColumnReference, FieldReference } from './schema.ts'
import { illegalOnShard, queryShardFailure } from './search-failure.ts'

export interface EqualityOptions {
  readonly dates: DateMathOptions
  readonly boost?: number
  readonly ignoreCase?: boolean
}

/**
 * Records whose field is one of `values`, not analysed.
 *
 * @throws SearchFailure for a value that is not of the field's type, and for unsearchable fields
 */
export function equalsAny(
  reference: FieldReference,
  values: readonly unknown[],
  options: EqualityOptions,
): Query {
  switch (reference.kind) {
    case 'unmapped':
    case 'object':
      return equally(NONE)
    case 'stored':
      throw notIndexed(reference.name)
    case 'text':
      return tokens(reference.field, values, options)
    case 'textKeyword':
      return equally(or(values.map((value) => wholeText(reference, String(value)))))
    case 'column':
      if (!reference.searchable) throw notIndexed(reference.name)
      return columnEquals(reference, values, options)
    default:
      return reference satisfies never
  }
}

/** A field that is kept but not searched. */
export function notIndexed(name: string) {
  return queryShardFailure(
    `Cannot search on field [${name}] since it is not indexed nor has doc values.`,
  )
}

/** A term of a text field is one word as the index holds it. */
function tokens(
  field: TextField,
  values: readonly unknown[],
  { boost = 1, ignoreCase = false }: EqualityOptions,
): Query {
  const words = values.map((value) => (ignoreCase ? String(value).toLowerCase() : String(value)))
  const clauses = words.filter((word) => word !== '').map((text) => [token(text)])
  if (clauses.length === 0) return equally(NONE)
  const probe = { kind: 'words', field, clauses } as const
  const score: Score =
    clauses.length === 1 ? { kind: 'words', probe, boost } : { kind: 'constant', value: boost }
  return { filter: { kind: 'text', probe }, score }
}

function token(text: string) {
  return { tokens: [{ text, prefix: false }] }
}

function wholeText(
  { name, field }: Extract<FieldReference, { kind: 'textKeyword' }>,
  value: string,
): Filter {
  // longer ones are absent from the field, as `ignore_above` says
  if (value.length > 256) return NONE
  if (!/[\p{L}\p{N}]/u.test(value)) {
    throw illegalOnShard(`Field [${name}] supports only values with a letter or digit`)
  }
  return { kind: 'text', probe: { kind: 'exact', field, value } }
}

/** Fields whose values say nothing of how rare a document is. */
const UNSCORED = ['_id', '_index']

function columnEquals(
  reference: ColumnReference,
  values: readonly unknown[],
  { dates, boost = 1, ignoreCase = false }: EqualityOptions,
): Query {
  const bound = values
    .map((value) => fieldValue(value, reference, dates))
    .filter((value) => value !== undefined)
  if (bound.length === 0) return equally(NONE)
  const condition = oneOf(reference, bound, ignoreCase)
  const { type, isList, expression } = reference
  const isRare =
    (type === 'keyword' || type === 'boolean') &&
    !UNSCORED.includes(reference.name) &&
    bound.length === 1 &&
    condition.kind === 'test'
  const exists = hasValue(reference)
  const several = isList ? { count: sql`len(list_distinct(${expression}))` } : {}
  const score: Score =
    isRare && exists.kind === 'test'
      ? {
          kind: 'value',
          condition: condition.condition,
          exists: exists.condition,
          ...several,
          boost,
        }
      : { kind: 'constant', value: boost }
  return { filter: ignoreCase ? condition : lookedUp(reference, bound, condition), score }
}

/** Ids and labels of logs are found by the text engine and confirmed by their column. */
function lookedUp(
  { lookup }: ColumnReference,
  bound: readonly SqlValue[],
  condition: Filter,
): Filter {
  if (lookup === undefined || condition.kind !== 'test') return condition
  const texts = bound.map(({ value }) => String(value))
  if (lookup.kind === 'label') {
    const { key } = lookup
    return or(texts.map((value) => ({ kind: 'text', probe: { kind: 'label', key, value } })))
  }
  if (lookup.id === '_id') return documentIds(texts)
  const probe = { kind: 'id', id: lookup.id, values: texts } as const
  return { kind: 'text', probe, check: condition.condition }
}

/** Records of logs by `_id`: it is the request id, or an id of its own when the sender gave one. */
function documentIds(values: readonly string[]): Filter {
  if (values.length === 0) return NONE
  const wanted = values.map(textValue)
  const among = (field: Sql) => sql`coalesce(${isAmong(field, false, wanted)}, false)`
  const own = column('_id')
  return or([
    {
      kind: 'text',
      probe: { kind: 'id', id: '_id', values },
      check: among(sql`${own}`),
    },
    and([
      test(sql`(${own} IS NULL)`),
      {
        kind: 'text',
        probe: { kind: 'id', id: 'request_id', values },
        check: among(sql`${column('request_id')}`),
      },
    ]),
  ])
}

function oneOf(
  reference: ColumnReference,
  values: readonly SqlValue[],
  ignoreCase: boolean,
): Filter {
  const texts = values.map(({ value }) => String(value))
  const sought = reference.type === 'keyword' ? { values: texts, ignoreCase } : undefined
  if (!ignoreCase) return anyOf(reference, values, sought)
  const wanted = texts.map((text) => textValue(text.toLowerCase()))
  return anyValue(reference, (value) => isAmong(sql`lower(${value})`, false, wanted), sought)
}
