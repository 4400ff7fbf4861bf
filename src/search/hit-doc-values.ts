import {
  type Computed,
  column,
  computedColumn,
  type Deadline,
  FLATTENED_SEPARATOR,
  joinSql,
  longValue,
  type PageEntry,
  type Part,
  rowsCondition,
  type Scope,
  type Sql,
  type StoreReader,
  sql,
  test,
} from '../store/index.ts'
import { decimalFormat } from './aggregations/decimal-format.ts'
import type { WantedField } from './hit-field-list.ts'
import type { FieldLists } from './hit-fields.ts'
import { isDateType, numberOfDigits, valueWriter } from './hit-value.ts'
import { fitsPattern } from './name-pattern.ts'
import type { ColumnReference, FieldReference } from './schema.ts'
import { illegalOnShard, noFieldData } from './search-failure.ts'
import type { PartGroup } from './searched-parts.ts'

/** A field whose values a hit gives from its columns. */
interface DocValue {
  readonly name: string
  /** List of texts of the values, or null. */
  readonly expression: Sql
  /** Makes of the texts what the hit has. */
  write(texts: readonly string[]): readonly unknown[]
}

/** `docvalue_fields` of a request; by group the values that its records have. */
export interface DocValues {
  readonly byGroup: readonly (readonly DocValue[])[]
}

/** Fields that Elasticsearch has no columns of. */
const WITHOUT_COLUMNS = ['_routing', '_ignored', '_field_names', '_source']

/**
 * Compiles `docvalue_fields`.
 *
 * @throws SearchFailure for fields without columns, and for formats of those that have none
 */
export function compileDocValues(
  wanted: readonly WantedField[],
  groups: readonly PartGroup[],
): DocValues | undefined {
  if (wanted.length === 0) return undefined
  return { byGroup: groups.map((group) => compileGroup(wanted, group)) }
}

function compileGroup(
  wanted: readonly WantedField[],
  { schema, sources }: PartGroup,
): readonly DocValue[] {
  const found = new Map<string, DocValue>()
  for (const { pattern, format } of wanted) {
    const names = pattern.includes('*')
      ? [...sources.keys()].filter((name) => fitsPattern(name, pattern))
      : [pattern]
    for (const name of names) {
      const value = docValue(name, schema.reference(name), format)
      if (value !== undefined) found.set(name, value)
    }
  }
  return [...found.values()]
}

function docValue(
  name: string,
  reference: FieldReference,
  format: string | undefined,
): DocValue | undefined {
  if (WITHOUT_COLUMNS.includes(name)) {
    throw illegalOnShard(`Fielddata is not supported on field [${name}] of type [${name}]`)
  }
  switch (reference.kind) {
    case 'unmapped':
      return undefined
    case 'object':
      return objectValue(name, reference.column)
    case 'text':
    case 'textKeyword':
      throw noFieldData(name)
    case 'stored':
      throw unsupported(name, 'keyword')
    case 'column': {
      if (!reference.aggregatable) throw unsupported(name, reference.elastic)
      const write = listWriter(reference, format)
      return { name, expression: textsOf(reference), write }
    }
    default:
      return reference satisfies never
  }
}

function unsupported(name: string, type: string) {
  return illegalOnShard(
    `Can't load fielddata on [${name}] because fielddata is unsupported on fields of type [${type}]. Use doc values instead.`,
  )
}

/** Leaves of a JSON object that lies in a column. */
function objectValue(name: string, object: Sql | undefined): DocValue | undefined {
  if (object === undefined) return undefined
  return {
    name,
    expression: sql`CASE WHEN ${object} IS NULL THEN NULL ELSE [${object}]::VARCHAR[] END`,
    write: ([json = '{}']) => distinct(Object.values(JSON.parse(json) as object).map(String)),
  }
}

function textsOf({ expression, isList, type }: ColumnReference): Sql {
  if (type !== 'date') {
    return isList
      ? sql`${expression}::VARCHAR[]`
      : sql`CASE WHEN ${expression} IS NULL THEN NULL ELSE [${expression}]::VARCHAR[] END`
  }
  return isList
    ? sql`list_transform(${expression}, lambda moment: epoch_us(moment))::VARCHAR[]`
    : sql`CASE WHEN ${expression} IS NULL THEN NULL ELSE [epoch_us(${expression})]::VARCHAR[] END`
}

const MICROS_PER_MS = 1000

function listWriter(reference: ColumnReference, format: string | undefined): DocValue['write'] {
  const { name, elastic, type } = reference
  switch (type) {
    case 'date': {
      const write = valueWriter(
        elastic === 'date_nanos' ? elastic : 'date',
        format ?? dateFormatOf(reference),
      )
      return (texts) => ascending(texts).map((micros) => write(micros / MICROS_PER_MS))
    }
    case 'long': {
      const written = format === undefined ? undefined : decimalFormat(format)
      return (texts) =>
        texts
          .map((text) => BigInt(text))
          .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
          .map((value) => written?.(Number(value)) ?? numberOfDigits(String(value)))
    }
    case 'double':
    case 'usd': {
      const written = format === undefined ? undefined : decimalFormat(format)
      return (texts) => ascending(texts).map((value) => written?.(value) ?? value)
    }
    case 'boolean':
      refuseFormat(name, elastic, format)
      return (texts) =>
        texts.map((text) => text === 'true').toSorted((a, b) => Number(a) - Number(b))
    case 'ip': {
      refuseFormat(name, elastic, format)
      const write = valueWriter('ip', undefined)
      return (texts) => distinct(texts).map(write)
    }
    case 'keyword':
      refuseFormat(name, elastic, format)
      return (texts) => distinct(elastic === 'flattened' ? texts.map(leafOf) : texts)
    default:
      return type satisfies never
  }
}

function dateFormatOf({ format, elastic }: ColumnReference): string | undefined {
  return isDateType(elastic) ? format : undefined
}

/** A leaf of a flattened object; behind a key of it there is no key in front. */
function leafOf(text: string): string {
  return text.slice(text.indexOf(FLATTENED_SEPARATOR) + 1)
}

function refuseFormat(name: string, type: string, format: string | undefined): void {
  if (format === undefined) return
  throw illegalOnShard(`Field [${name}] of type [${type}] does not support custom formats`)
}

function ascending(texts: readonly string[]): readonly number[] {
  return texts.map(Number).toSorted((a, b) => a - b)
}

/** Values once each, by their bytes. */
function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

export interface DocValuesRequest {
  readonly values: DocValues
  readonly groups: readonly PartGroup[]
  readonly entries: readonly Pick<PageEntry, 'part' | 'row'>[]
  readonly deadline: Deadline
}

/** Reads the values of the entries, in their order. */
export async function readDocValues(
  reader: StoreReader,
  { values, groups, entries, deadline }: DocValuesRequest,
): Promise<readonly FieldLists[]> {
  const names = [...new Set(values.byGroup.flatMap((own) => own.map(({ name }) => name)))]
  if (names.length === 0 || entries.length === 0) return entries.map(() => new Map())
  const parts = [...Map.groupBy(entries, ({ part }) => part)]
  const scopes = parts.map(([part, own], place) => {
    const group = groupOf(part, groups)
    const rows = Float64Array.from(own, ({ row }) => row).sort()
    return scopeOf(part, place, { rows, names, values: values.byGroup[group] ?? [] })
  })
  const table = await reader.table(scopes, deadline)
  const columns = names.map((_, place) => computedColumn(place + 1))
  const select = joinSql([computedColumn(0), column('row'), ...columns], ', ')
  const found = new Map<string, FieldLists>()
  for (const [place, row, ...cells] of await table.rows(sql`SELECT ${select} FROM records`)) {
    const part = parts[Number(place)]?.[0]
    const own = part && (values.byGroup[groupOf(part, groups)] ?? [])
    found.set(`${String(place)} ${String(row)}`, listsOf(own ?? [], names, cells))
  }
  const places = new Map(parts.map(([part], place) => [part, place]))
  return entries.map(({ part, row }) => found.get(`${places.get(part)} ${row}`) ?? new Map())
}

/** The group whose part it is. */
export function groupOf(part: Part, groups: readonly PartGroup[]): number {
  return groups.findIndex(({ parts }) => parts.includes(part))
}

interface RowsWanted {
  readonly rows: Float64Array
  readonly names: readonly string[]
  readonly values: readonly DocValue[]
}

function scopeOf(part: Part, place: number, { rows, names, values }: RowsWanted): Scope {
  const own = new Map(values.map((value) => [value.name, value.expression]))
  const number: Computed = {
    kind: 'value',
    expression: sql`${longValue(place)}`,
    sqlType: 'BIGINT',
  }
  const lists = names.map(
    (name): Computed => ({
      kind: 'value',
      expression: own.get(name) ?? sql`NULL::VARCHAR[]`,
      sqlType: 'VARCHAR[]',
    }),
  )
  return { parts: [part], filter: test(rowsCondition(rows)), computed: [number, ...lists] }
}

function listsOf(
  values: readonly DocValue[],
  names: readonly string[],
  cells: readonly unknown[],
): FieldLists {
  const byName = new Map(values.map((value) => [value.name, value]))
  const lists: FieldLists = new Map()
  for (const [place, name] of names.entries()) {
    const texts = cells[place]
    const value = byName.get(name)
    if (value === undefined || !Array.isArray(texts) || texts.length === 0) continue
    lists.set(name, value.write(texts.filter((text) => typeof text === 'string')))
  }
  return lists
}
