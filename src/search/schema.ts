import type { Filter, QueryTerm, Sql, TextField, ValueType } from '../store/index.ts'

/** A field whose values lie in a column, or are made from one. */
export interface ColumnReference {
  readonly kind: 'column'
  readonly name: string
  readonly type: ValueType
  /** Elasticsearch's name of its type, for messages and `_field_caps`. */
  readonly elastic: string
  /** The expression is a list: a record may have several values. */
  readonly isList: boolean
  readonly expression: Sql
  readonly searchable: boolean
  readonly aggregatable: boolean
  /** Format of dates, when the mapping gives one. */
  readonly format?: string
  /** Changes a value of a query into the form in which the field keeps its values. */
  normalized?(value: string | number): string | number
  /** Named when the text engine finds its values faster than the column: ids and labels of logs. */
  readonly lookup?:
    | { readonly kind: 'id'; readonly id: 'request_id' | 'trace_id' | 'user_id' | '_id' }
    | { readonly kind: 'label'; readonly key: string }
}

/** Analysed words. */
export interface TextReference {
  readonly kind: 'text'
  readonly name: string
  readonly field: TextField
  readonly searchable: boolean
  /** The terms of a query's text, as the field's search analyzer makes them. */
  terms(text: string): readonly QueryTerm[]
  /** The whole text, where it lies in a column too. */
  readonly column?: Sql
}

/** What a field name of a request stands for. */
export type FieldReference =
  | ColumnReference
  | TextReference
  /** The whole text of a field that lies in no column, up to 256 characters. */
  | { readonly kind: 'textKeyword'; readonly name: string; readonly field: TextField }
  /** An object: it has no value of its own, only fields. */
  | {
      readonly kind: 'object'
      readonly name: string
      readonly fields: readonly string[]
      /** Text of the JSON object, where it lies in a column. */
      readonly column?: Sql
    }
  /** Kept and returned, never searched. */
  | { readonly kind: 'stored'; readonly name: string }
  | { readonly kind: 'unmapped'; readonly name: string }

/** The fields of the parts that are searched alike. */
export interface Schema {
  readonly kind: 'log' | 'documents'
  /** Finds what a name stands for; an unknown name is unmapped, never an error here. */
  reference(name: string): FieldReference
  /** Names of all fields that a pattern (`*` any characters) stands for, multi-fields included. */
  expand(pattern: string): readonly string[]
  /**
   * The terms of a query's text, as a named analyzer makes them.
   *
   * @throws SearchFailure when there is none of that name
   */
  terms(analyzer: string, text: string): readonly QueryTerm[]
  /** Objects of a `nested` field as a schema of their own; undefined when the path is none. */
  nested(path: string): NestedSchema | undefined
}

/** Inside of a `nested` query or aggregation: every record has a list of such objects. */
export interface NestedSchema {
  /** A list of the objects of a record, or of an object around them. */
  readonly objects: Sql
  /** How many objects there are around their fields, from 1. */
  readonly depth: number
  /** Their fields, seen from an object that SQL knows as `object`. */
  inside(object: Sql): InnerSchema
}

/** The fields of an object, and how what is asked of them is written in SQL. */
export interface InnerSchema extends Schema {
  /** @throws SearchFailure for what only the text engine finds */
  condition(filter: Filter): Sql
}
