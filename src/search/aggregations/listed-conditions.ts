import { integer, joinSql, type Sql, sql } from '../../store/index.ts'
import type { Bucket, BucketAggregation, Children, Group, Json } from './aggregation.ts'

/** A bucket that is there by itself, whether a record falls into it or not. */
export interface ListedCondition {
  readonly condition: Sql
  /** What stands in the bucket besides its count. */
  readonly head: Json
}

export interface ListedBuckets {
  readonly typeName: string
  readonly listed: readonly ListedCondition[]
  readonly children: Children
  wrap(buckets: readonly Json[]): Json
}

/** A bucket for each condition; a record is in all whose condition holds. */
export function listedConditions(given: ListedBuckets): BucketAggregation {
  const { typeName, listed, children, wrap } = given
  const places = listed.map(
    ({ condition }, place) => sql`CASE WHEN ${condition} THEN ${integer(place)} END`,
  )
  const expression =
    places.length === 0
      ? sql`[]::INTEGER[]`
      : sql`list_filter([${joinSql(places, ', ')}], lambda place: place IS NOT NULL)`
  return {
    kind: 'buckets',
    typeName,
    key: { expression, isList: true },
    children,
    arrange: ({ groups }) => listed.map(({ head }, place) => bucketOf(head, groups, place)),
    wrap: (buckets) => wrap(buckets),
  }
}

function bucketOf(head: Json, groups: readonly Group[], place: number): Bucket {
  const group = groups.find(({ key }) => Number(key) === place)
  return group === undefined ? { head } : { head, group }
}
