import { integer, joinSql, sql } from '../../store/index.ts'
import { BodyReader, isObject } from '../body-reader.ts'
import { illegalArgument, parsingFailure } from '../search-failure.ts'
import type { AggregationCompiler, Bucket, Group } from './aggregation.ts'

/** Filters that a matrix may have. */
const MOST = 100

/** A bucket for each filter and each pair of them that records satisfy both of. */
export const adjacencyMatrix: AggregationCompiler = (body, { columns, children }) => {
  const reader = new BodyReader(body, 'adjacency_matrix')
  const given = reader.value('filters')
  const separator = reader.text('separator') ?? '&'
  reader.end()
  if (!isObject(given)) throw parsingFailure('[adjacency_matrix] requires [filters]')
  const named = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))
  if (named.length > MOST) {
    throw illegalArgument(
      `Number of filters is too large, must be less than or equal to: [${MOST}] but was [${named.length}].`,
    )
  }
  const names = named.map(([name]) => name)
  const marks = named.map(
    ([, query], place) => sql`CASE WHEN ${columns.condition(query)} THEN ${integer(place)} END`,
  )
  const list = marks.length === 0 ? sql`[]::INTEGER[]` : sql`[${joinSql(marks, ', ')}]`
  const held = sql`list_filter(${list}, lambda place: place IS NOT NULL)`
  const count = integer(names.length)
  const pairs = sql`flatten(list_transform(${held}, lambda a:
    list_transform(list_filter(${held}, lambda b: b >= a), lambda b: a * ${count} + b)))`
  const nameOf = (key: number) => {
    const [first, second] = [Math.floor(key / names.length), key % names.length]
    return first === second ? names[first]! : `${names[first]}${separator}${names[second]}`
  }
  return {
    kind: 'buckets',
    typeName: 'adjacency_matrix',
    key: { expression: pairs, isList: true },
    children,
    arrange: ({ groups }) => bucketsByName(groups, nameOf),
    wrap: (buckets) => ({ buckets }),
  }
}

function bucketsByName(
  groups: readonly Group[],
  nameOf: (key: number) => string,
): readonly Bucket[] {
  return groups
    .map((group) => ({ name: nameOf(Number(group.key)), group }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, group }) => ({ head: { key: name }, group }))
}
