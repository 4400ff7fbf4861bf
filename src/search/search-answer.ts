type Json = Readonly<Record<string, unknown>>

/** Number of hits; `gte` when counting stopped. */
export interface TotalHits {
  readonly value: number
  readonly relation: 'eq' | 'gte'
}

export interface Hit {
  readonly _index: string
  /** Absent when the request wants nothing that is stored. */
  readonly _id?: string
  readonly _score: number | null
  readonly _routing?: string
  readonly _version?: number
  readonly _seq_no?: number
  readonly _primary_term?: number
  /** Fields whose values were not all taken. */
  readonly _ignored?: readonly string[]
  readonly _source?: Json
  readonly fields?: Readonly<Record<string, readonly unknown[]>>
  readonly highlight?: Readonly<Record<string, readonly unknown[]>>
  /** Of the fields that were asked for, the values that were not taken. */
  readonly ignored_field_values?: Readonly<Record<string, readonly unknown[]>>
  readonly sort?: readonly unknown[]
}

/** The answer to a search, in Elasticsearch's form. */
export interface SearchAnswer {
  readonly took: number
  readonly timed_out: boolean
  /** Told when the request limits how many documents are collected. */
  readonly terminated_early?: boolean
  readonly _shards: ShardsAnswer
  readonly hits: {
    readonly total?: TotalHits
    readonly max_score: number | null
    readonly hits: readonly Hit[]
  }
  readonly aggregations?: Json
}

export interface ShardsAnswer {
  readonly total: number
  readonly successful: number
  readonly skipped: number
  readonly failed: number
}

/** Every index counts as one shard, none of which can fail alone. */
export function shardsAnswer(indices: number): ShardsAnswer {
  return { total: indices, successful: indices, skipped: 0, failed: 0 }
}

/** A count that may have stopped at `limit`, as it is answered. */
export function totalHits(counted: number, limit: number): TotalHits {
  return counted > limit ? { value: limit, relation: 'gte' } : { value: counted, relation: 'eq' }
}
