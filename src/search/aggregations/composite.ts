import { joinSql, type Sql, type SqlValue, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { tooManyBuckets } from '../search-failure.ts'
import type {
  AggregationCompiler,
  BucketAggregation,
  Children,
  Group,
  Json,
} from './aggregation.ts'
import { composedKey, partOf, partsOf } from './composed-keys.ts'
import { afterKey, compositeSources, type Source } from './composite-sources.ts'

const DEFAULT_SIZE = 10
/** Elasticsearch's `search.max_buckets`. */
const MAX_BUCKETS = 65_536

/** A page of the combinations of several sources, in their order. */
export const composite: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'composite')
  const sources = compositeSources(reader.value('sources'), context)
  const size = reader.integer('size', 1) ?? DEFAULT_SIZE
  if (size > MAX_BUCKETS) throw tooManyBuckets(MAX_BUCKETS, size)
  const given = reader.value('after')
  reader.end()
  const page = { size, after: given, children: context.children }
  const made = aggregationOf(sources, page)
  if (sources.every(({ values }) => values.settled === undefined)) return made
  return {
    ...made,
    async prepare(records) {
      const settled = await Promise.all(
        sources.map(async (source) => ({
          ...source,
          values: (await source.values.settled?.(records)) ?? source.values,
        })),
      )
      return aggregationOf(settled, page)
    },
  }
}

interface Page {
  readonly size: number
  readonly after: unknown
  readonly children: Children
}

function aggregationOf(
  sources: readonly Source[],
  { size, after: given, children }: Page,
): BucketAggregation {
  const after = afterKey(given, sources)
  const parts = sources.map(({ values: { expression, isList }, missingBucket }) => ({
    expression,
    isList,
    allowsNull: missingBucket,
  }))
  return {
    kind: 'buckets',
    typeName: 'composite',
    key: composedKey(
      parts,
      (key) => ordered(key, sources),
      (key) => (after === undefined ? undefined : behind(key, sources, after)),
    ),
    top: { size, order: [{ by: 'key', descending: false }], minDocCount: 1 },
    children,
    arrange: ({ groups }) =>
      groups.map((group) => ({ head: { key: keyOf(sources, group) }, group })),
    wrap: (buckets, { groups }) => {
      const last = groups.at(-1)
      return { ...(last !== undefined && { after_key: keyOf(sources, last) }), buckets }
    },
  }
}

function keyOf(sources: readonly Source[], { key }: Group): Json {
  const parts = partsOf(key, sources.length)
  return Object.fromEntries(
    sources.map(({ name, values }, place) => [name, values.value(parts[place]!)]),
  )
}

function ordered(key: Sql, sources: readonly Source[]): Sql {
  return joinSql(
    sources.map(({ descending, nullsFirst }, place) => {
      const direction = descending ? sql`DESC` : sql`ASC`
      return sql`${partOf(key, place)} ${direction} ${nullsFirst ? sql`NULLS FIRST` : sql`NULLS LAST`}`
    }),
    ', ',
  )
}

/** Keys that stand behind `after` in the order. */
function behind(
  key: Sql,
  sources: readonly Source[],
  after: readonly (Sql | SqlValue | null)[],
): Sql {
  const equal = (place: number): Sql => {
    const [part, value] = [partOf(key, place), after[place]!]
    return value === null ? sql`${part} IS NULL` : sql`coalesce(${part} = ${value}, false)`
  }
  const cases = sources.map((source, place) => {
    const before = sources.slice(0, place).map((_, earlier) => equal(earlier))
    const further = isFurther(partOf(key, place), after[place]!, source)
    return sql`(${joinSql([...before, further], ' AND ')})`
  })
  return sql`(${joinSql(cases, ' OR ')})`
}

function isFurther(
  part: Sql,
  value: Sql | SqlValue | null,
  { descending, nullsFirst, missingBucket }: Source,
): Sql {
  if (value === null) return nullsFirst ? sql`${part} IS NOT NULL` : sql`false`
  const further = descending ? sql`${part} < ${value}` : sql`${part} > ${value}`
  const known = sql`coalesce(${further}, false)`
  return missingBucket && !nullsFirst ? sql`(${known} OR ${part} IS NULL)` : known
}
