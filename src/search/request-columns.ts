import {
  name as alias,
  type Computed,
  computedColumn,
  type Filter,
  joinSql,
  type Score,
  type Sql,
  sql,
  type ValueType,
} from '../store/index.ts'
import type { ColumnReference, FieldReference, InnerSchema, Schema } from './schema.ts'
import { illegalOnShard, noFieldData } from './search-failure.ts'

/** The values of a field over all searched parts, as expressions of a request name them. */
export interface FieldValues {
  readonly name: string
  /** One value per record, or a list of them; null for none. */
  readonly input: Sql
  /** Undefined for a field that no index has. */
  readonly type: ValueType | undefined
  /** Elasticsearch's name of the type. */
  readonly elastic: string | undefined
  readonly isList: boolean
  readonly format: string | undefined
}

/** What the computed values are called in SQL. */
interface ColumnNames {
  readonly columnAt: (place: number) => Sql
  readonly names: { next: number }
}

/** The objects of a `nested` field with what is asked of them. */
export interface NestedColumns {
  /** Their values, as expressions on one object. */
  readonly columns: RequestColumns
  /** The list of objects of a record. */
  readonly objects: Sql
  /** The name by which the expressions know the object. */
  readonly object: Sql
}

const SQL_TYPES: Readonly<Record<ValueType, string>> = {
  keyword: 'VARCHAR',
  ip: 'VARCHAR',
  long: 'BIGINT',
  double: 'DOUBLE',
  usd: 'DECIMAL(18,9)',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
}

/**
 * Collects what a request computes of each record. Indices of different mappings give it by
 * different expressions under one name, so that sorts and aggregations know one table only.
 */
export class RequestColumns {
  readonly #schemas: readonly Schema[]
  readonly #compile: (query: unknown, schema: Schema) => Filter
  readonly #computed: Computed[][]
  readonly #fields = new Map<string, FieldValues>()
  readonly #columnAt: (place: number) => Sql
  readonly #names: { next: number }

  /** `compile` makes a condition of a query for a schema. */
  constructor(
    schemas: readonly Schema[],
    compile: (query: unknown, schema: Schema) => Filter,
    { columnAt, names }: ColumnNames = { columnAt: computedColumn, names: { next: 0 } },
  ) {
    this.#schemas = schemas
    this.#compile = compile
    this.#computed = schemas.map(() => [])
    this.#columnAt = columnAt
    this.#names = names
  }

  /** What is computed of the records of each schema, in the order in which it was asked for. */
  computed(schema: number): readonly Computed[] {
    return this.#computed[schema] ?? []
  }

  /**
   * The values of a field, to sort or group by.
   *
   * @throws SearchFailure for texts, which have no values by record, and for types that differ
   */
  field(name: string): FieldValues {
    const known = this.#fields.get(name)
    if (known !== undefined) return known
    const references = this.#schemas.map((schema) => schema.reference(name))
    const made = this.#made(name, references)
    this.#fields.set(name, made)
    return made
  }

  /** A value of each record; `make` gives its expression, all of the same type in SQL. */
  value(sqlType: string, make: (schema: Schema) => Sql): Sql {
    return this.#add((schema) => ({ kind: 'value', expression: make(schema), sqlType }))
  }

  /** Whether a record satisfies a query, as an expression. */
  condition(query: unknown): Sql {
    return this.#add((schema) => ({ kind: 'mark', filter: this.#compile(query, schema) }))
  }

  /** How well a record matches. */
  score(make: (schema: Schema) => Score): Sql {
    return this.#add((schema) => ({ kind: 'score', score: make(schema) }))
  }

  /** A name in SQL that nothing else of the request has. */
  unique(): Sql {
    return alias(`x${this.#names.next++}`)
  }

  /** Whether any of the indices has a `nested` field of this path. */
  hasNested(path: string): boolean {
    return this.#schemas.some((schema) => schema.nested(path) !== undefined)
  }

  /** The objects of a `nested` field; of indices that have none there are no objects. */
  nested(path: string): NestedColumns {
    const object = this.unique()
    const found = this.#schemas.map((schema) => schema.nested(path))
    const inner = found.map(
      (nested, place) => nested?.inside(object) ?? withoutFields(this.#schemas[place]!),
    )
    const columns = new RequestColumns(inner, this.#compile, {
      columnAt: (place) => sql`${object}.${memberName(place)}`,
      names: this.#names,
    })
    const objects = this.#add((_, place) => ({
      kind: 'value',
      // what is asked of the objects is known only once everything beneath was compiled
      get expression() {
        const objectsOf = found[place]?.objects
        const type = structType(columns.computed(place))
        if (objectsOf === undefined) return sql`NULL::${typeSql(type)}`
        const struct = structOf(columns.computed(place), inner[place]!)
        return sql`list_transform(${objectsOf}, lambda ${object}: ${struct})`
      },
      get sqlType() {
        return structType(columns.computed(place))
      },
    }))
    return { columns, objects, object }
  }

  #add(make: (schema: Schema, place: number) => Computed): Sql {
    for (const [place, schema] of this.#schemas.entries()) {
      this.#computed[place]!.push(make(schema, place))
    }
    return this.#columnAt((this.#computed[0]?.length ?? 0) - 1)
  }

  #made(name: string, references: readonly FieldReference[]): FieldValues {
    const columns = references.map((reference) => valuesOf(name, reference))
    const present = columns.filter((reference) => reference !== undefined)
    const [first] = present
    if (first === undefined) {
      const input = this.value('DOUBLE', () => sql`NULL::DOUBLE`)
      return { name, input, type: undefined, elastic: undefined, isList: false, format: undefined }
    }
    const type = commonType(name, present)
    const isList = present.some((reference) => reference.isList)
    const sqlType = SQL_TYPES[type] + (isList ? '[]' : '')
    const target: Sql = { texts: [sqlType], holes: [] }
    const input = this.value(sqlType, (schema) => {
      const own = columns[this.#schemas.indexOf(schema)]
      if (own === undefined) return sql`NULL::${target}`
      return converted(own, type, isList, target)
    })
    return { name, input, type, elastic: first.elastic, isList, format: first.format }
  }
}

function valuesOf(name: string, reference: FieldReference): ColumnReference | undefined {
  switch (reference.kind) {
    case 'unmapped':
      return undefined
    case 'column':
      if (reference.aggregatable) return reference
      throw illegalOnShard(
        `Can't load fielddata on [${name}] because fielddata is unsupported on fields of type [${reference.elastic}]. Use doc values instead.`,
      )
    case 'object':
    case 'text':
    case 'textKeyword':
    case 'stored':
      throw noFieldData(name)
    default:
      return reference satisfies never
  }
}

/** Whole numbers and decimals can be compared; others have to be of one type. */
function commonType(name: string, references: readonly ColumnReference[]): ValueType {
  const types = [...new Set(references.map(({ type }) => type))]
  const [first] = types
  if (types.length === 1 && first !== undefined) return first
  if (types.every((type) => type === 'long' || type === 'double' || type === 'usd')) return 'double'
  throw illegalOnShard(
    `field [${name}] has different types in the searched indices: [${references.map(({ elastic }) => elastic).join(', ')}]`,
  )
}

function converted(
  { expression, type, isList: isOwnList }: ColumnReference,
  wanted: ValueType,
  isList: boolean,
  target: Sql,
): Sql {
  if (isList && !isOwnList) {
    return sql`CASE WHEN ${expression} IS NULL THEN NULL ELSE [${expression}]::${target} END`
  }
  return type === wanted ? expression : sql`${expression}::${target}`
}

function memberName(place: number): Sql {
  return alias(`f${place}`)
}

function withoutFields({ kind }: Schema): InnerSchema {
  return {
    kind,
    reference: (name) => ({ kind: 'unmapped', name }),
    expand: () => [],
    terms: () => [],
    nested: () => undefined,
    condition: () => sql`false`,
  }
}

/** An object with the values that are asked of it. */
function structOf(computed: readonly Computed[], schema: InnerSchema): Sql {
  const members = computed.map((one, place) => sql`${memberName(place)}: ${memberSql(one, schema)}`)
  return sql`{${joinSql(members.length === 0 ? [sql`none: true`] : members, ', ')}}`
}

function memberSql(computed: Computed, schema: InnerSchema): Sql {
  if (computed.kind === 'mark') return schema.condition(computed.filter)
  if (computed.kind === 'value') return computed.expression
  throw illegalOnShard('[nested] does not support aggregations that need scores')
}

/** The type of a list of such objects. */
function structType(computed: readonly Computed[]): string {
  const members = computed.map(
    (one, place) => `f${place} ${one.kind === 'value' ? one.sqlType : 'BOOLEAN'}`,
  )
  return `STRUCT(${members.length === 0 ? 'none BOOLEAN' : members.join(', ')})[]`
}

function typeSql(type: string): Sql {
  return { texts: [type], holes: [] }
}
