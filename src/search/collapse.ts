import {
  type Cell,
  type Deadline,
  type Scope,
  type Sql,
  type StoreReader,
  sql,
} from '../store/index.ts'
import { BodyReader, isObject } from './body-reader.ts'
import { unknownKey } from './hit-field-list.ts'
import { numberOfDigits } from './hit-value.ts'
import type { RequestColumns } from './request-columns.ts'
import { contentFailure, illegalOnShard, parsingFailure, SearchFailure } from './search-failure.ts'
import type { PartGroup } from './searched-parts.ts'

/** Of all hits with the same value only the best is wanted. */
export interface CollapseRequest {
  readonly field: string
}

const KEYS = ['field', 'inner_hits', 'max_concurrent_group_searches']

/**
 * Reads `collapse`.
 *
 * @throws SearchFailure for what is wrong, and for inner hits
 */
export function parseCollapse(given: unknown): CollapseRequest | undefined {
  if (given === undefined) return undefined
  if (!isObject(given)) throw unknownKey(given, 'collapse')
  const reader = new BodyReader(given, 'collapse')
  const unknown = reader.keys().find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw contentFailure(`[collapse] unknown field [${unknown}]`)
  const field = reader.value('field')
  if (typeof field !== 'string') {
    throw contentFailure(
      field === undefined
        ? '[collapse] requires [field]'
        : `[collapse] field doesn't support values of type: ${typeof field}`,
    )
  }
  const inner = reader.value('inner_hits')
  if (inner !== undefined && !(Array.isArray(inner) && inner.length === 0)) {
    throw parsingFailure('[collapse] does not support [inner_hits]')
  }
  const searches = reader.number('max_concurrent_group_searches') ?? 1
  if (searches < 0) {
    throw contentFailure('[collapse] failed to parse field [max_concurrent_group_searches]')
  }
  return { field }
}

export interface CompiledCollapse {
  readonly field: string
  /** The value of a record that it is collapsed by; texts and numbers. */
  readonly key: Sql
  /** Number of values of a record, where one may have several. */
  readonly count: Sql | undefined
  /** The value as the hit has it. */
  answer(key: Cell): unknown
}

/**
 * Compiles the field to collapse by.
 *
 * @throws SearchFailure for fields of other types than keywords and numbers
 */
export function compileCollapse(
  { field }: CollapseRequest,
  groups: readonly PartGroup[],
  columns: RequestColumns,
): CompiledCollapse {
  for (const { schema } of groups) {
    const reference = schema.reference(field)
    const type =
      reference.kind === 'column'
        ? reference.elastic
        : reference.kind === 'unmapped'
          ? undefined
          : reference.kind
    const isNumber = ['long', 'double', 'usd'].includes(
      reference.kind === 'column' ? reference.type : '',
    )
    if (type !== undefined && type !== 'keyword' && !(isNumber && !type.startsWith('_'))) {
      throw illegalOnShard(
        `collapse is not supported for the field [${field}] of the type [${type}]`,
      )
    }
  }
  const { input, type, isList } = columns.field(field)
  if (type === undefined) {
    throw illegalOnShard(`no mapping found for \`${field}\` in order to collapse on`)
  }
  const single = isList ? sql`${input}[1]` : input
  return {
    field,
    key:
      type === 'long' ? sql`${single}::VARCHAR` : type === 'usd' ? sql`${single}::DOUBLE` : single,
    count: isList ? sql`len(${input})` : undefined,
    answer: (key) => (type === 'long' ? numberOfDigits(String(key)) : key),
  }
}

/** @throws SearchFailure when a record has more than one value */
export async function checkSingleValues(
  reader: StoreReader,
  { count }: CompiledCollapse,
  { scopes, deadline }: { readonly scopes: readonly Scope[]; readonly deadline: Deadline },
): Promise<void> {
  if (count === undefined) return
  const table = await reader.table(scopes, deadline)
  const [row] = await table.rows(sql`SELECT max(${count}) FROM records`)
  if (Number(row?.[0] ?? 0) <= 1) return
  throw new SearchFailure({
    type: 'illegal_state_exception',
    reason: 'failed to extract doc, the grouping field must be single valued',
    status: 400,
    onShard: true,
  })
}
