import type { Cell, Filter, Row, Sql, SqlValue } from '../../store/index.ts'

export type Json = Readonly<Record<string, unknown>>

/** A number or several made of all records of a bucket. */
export interface Metric {
  readonly kind: 'metric'
  /** Elasticsearch's name in front of `#` when the client asks for `typed_keys`. */
  readonly typeName: string
  /** What goes in, one value per record; null counts as absent. */
  readonly inputs: readonly Sql[]
  /** Aggregate expressions over the inputs. */
  select(inputs: readonly Sql[]): readonly Sql[]
  /** Set when the only value of `select` is a list of these quantiles of the only input. */
  readonly fractions?: readonly number[]
  /** The answer from the values of `select`; all are null when there was no record. */
  read(values: Row): Json
  /** Which value (and which element, when it is a list) buckets are ordered by. */
  order(property: string | undefined): OrderPlace | undefined
}

export interface OrderPlace {
  readonly slot: number
  /** Element of a list, from 1. */
  readonly element?: number
}

/** Records for which a condition holds. */
export interface FilterAggregation {
  readonly kind: 'filter'
  readonly typeName: string
  /** True for the records it takes. */
  readonly mark: Sql
  readonly children: Children
}

/** How records are put into buckets. */
export interface GroupKey {
  readonly expression: Sql
  /** The expression is a list: a record belongs to the bucket of each element. */
  readonly isList: boolean
  /** A key of an answer as a value to ask for. */
  bind(key: Cell): SqlValue
}

export interface BucketOrder {
  readonly by: 'count' | 'key' | { readonly path: readonly string[]; readonly property?: string }
  readonly descending: boolean
}

/** Only the first buckets of an order are wanted. */
interface Top {
  readonly size: number
  readonly order: readonly BucketOrder[]
  readonly minDocCount: number
}

/** The records of one key. */
export interface Group {
  readonly key: Cell
  readonly count: number
  /** Values of the metrics beneath. */
  readonly cells: Row
  /** Records in all groups beside this one, itself and those not answered included. */
  readonly total: number
}

/** A bucket as it is answered; without group nothing fell into it. */
export interface Bucket {
  readonly head: Json
  readonly group?: Group
}

/** Records by key. */
export interface BucketAggregation {
  readonly kind: 'buckets'
  readonly typeName: string
  readonly key: GroupKey
  readonly top?: Top
  readonly children: Children
  /** Buckets in the order of the answer, gaps filled; `limit` is how many may be made. */
  arrange(groups: readonly Group[], limit: number): readonly Bucket[]
  /** The answer around the finished buckets. */
  wrap(buckets: readonly Json[], groups: readonly Group[]): Json
}

export type Aggregation = (Metric | FilterAggregation | BucketAggregation) & {
  readonly meta?: unknown
}

export type Children = ReadonlyMap<string, Aggregation>

/** What an aggregation may need besides its own text. */
export interface AggregationContext {
  readonly nowMs: number
  /** Times between which all records of the searched days lie. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
  /** The aggregations beneath this one. */
  readonly children: Children
  compileQuery(query: unknown): Filter
  /** Makes a condition usable in expressions: the value is true or false for each record. */
  mark(filter: Filter): Sql
}

/**
 * Compiles the body of one aggregation type.
 *
 * @throws SearchFailure for whatever it does not understand
 */
export type AggregationCompiler = (body: unknown, context: AggregationContext) => Aggregation
