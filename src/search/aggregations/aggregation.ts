import type { Cell, Row, Score, Sql } from '../../store/index.ts'
import type { HitCollector } from '../hit-collector.ts'
import type { RequestColumns } from '../request-columns.ts'
import type { Schema } from '../schema.ts'

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
  /** What a bucket without values counts as; without, such buckets come last. */
  readonly none?: 'least' | 'most' | 'zero'
}

/** All records of the searched indices, whatever the query; only outside of every bucket. */
export interface GlobalAggregation {
  readonly kind: 'global'
  readonly typeName: string
  readonly children: Children
}

/** Made of the finished answers beside or around it. */
export interface PipelineAggregation {
  readonly kind: 'pipeline'
  readonly typeName: string
  /** Of the buckets around it, each gets a value; or of those of a sibling, one value is made. */
  readonly apply: ParentPipeline | SiblingPipeline
}

/** Where a pipeline's values come from: `["sales", "price"]`, `["_count"]`. */
export interface BucketsPath {
  readonly path: readonly string[]
  readonly property: string | undefined
}

/** A finished bucket: its answer, in which values are found by path. */
export type AnsweredBucket = Readonly<Record<string, unknown>>

/** Works on the buckets around it: adds answers under `name`, leaves buckets out, orders them. */
export interface ParentPipeline {
  readonly kind: 'parent'
  buckets(name: string, buckets: readonly AnsweredBucket[]): readonly AnsweredBucket[]
}

/** Makes one answer from the buckets of an aggregation beside it. */
export interface SiblingPipeline {
  readonly kind: 'sibling'
  /** `typeOf` gives the type of an aggregation beside it by its name. */
  answer(siblings: Json, typeOf: (name: string) => string | undefined): Json
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
  /** A key made of several values (a struct) as the text of a JSON object: so it is answered. */
  readonly isComposed?: true
  /** How such keys are ordered; without, as their values are. */
  order?(key: Sql, descending: boolean): Sql
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
  readonly maxDocCount?: number
  /** Every key there is, when those without any record are wanted too. */
  readonly vocabulary?: readonly Cell[]
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

/** The groups of a bucket aggregation within one bucket of those around it. */
export interface ParentGroups {
  readonly groups: readonly Group[]
  /** What `survey` answered there; undefined where no record was. */
  readonly survey: Row | undefined
}

/** The records of an aggregation, before they are put into its buckets, to be asked. */
export interface AskedRecords {
  /** Those that match the query; `select` reads from the table it is given. */
  matching(select: (records: Sql) => Sql): Promise<readonly Row[]>
  /** Those of the searched indices, whatever the query. */
  all(select: (records: Sql) => Sql): Promise<readonly Row[]>
}

/** What is asked of the records of each bucket around, before they are put into buckets. */
interface Survey {
  readonly select: readonly Sql[]
  /** Numbers that `names` stand for in the key, made of the answer. */
  readonly choice?: { readonly names: readonly Sql[]; choose(answer: Row): readonly number[] }
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
  /**
   * Other records in place of those of the buckets around: the objects in them, or a sample.
   * `keys` are the columns of the keys around; those and all others have to stay.
   */
  derive?(records: Sql, keys: readonly Sql[]): Sql
  readonly survey?: Survey
  /** Asked before anything else runs, when what it is depends on the records. */
  prepare?(records: AskedRecords): Promise<BucketAggregation>
  /** Which of the groups stay, in the order of the answer, when the records have to be asked. */
  settle?(found: readonly ParentGroups[], records: AskedRecords): Promise<readonly ParentGroups[]>
  /** Buckets in the order of the answer, gaps filled; `limit` is how many may be made. */
  arrange(found: ParentGroups, limit: number): readonly Bucket[]
  /** The answer around the finished buckets. */
  wrap(buckets: readonly Json[], found: ParentGroups): Json
}

export type Aggregation = (
  | Metric
  | FilterAggregation
  | BucketAggregation
  | GlobalAggregation
  | PipelineAggregation
) & {
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
  /** The values of fields and conditions, as expressions over the records. */
  readonly columns: RequestColumns
  /** How well a record matches the query. */
  readonly scoreOf: (schema: Schema) => Score
  /** Takes the records that are answered whole. */
  readonly hits: HitCollector
  /** Nested objects around this aggregation, the innermost last. */
  readonly within: readonly NestedObjects[]
}

/** A `nested` aggregation, seen from those beneath it. */
export interface NestedObjects {
  readonly path: string
  /** The fields of what its objects are in. */
  readonly outside: RequestColumns
  /** Number of the record or object that an object is in. */
  readonly parent: Sql
}

/**
 * Compiles the body of one aggregation type.
 *
 * @throws SearchFailure for whatever it does not understand
 */
export type AggregationCompiler = (body: unknown, context: AggregationContext) => Aggregation
