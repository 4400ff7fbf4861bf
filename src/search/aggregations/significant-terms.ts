import { type Cell, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { keysSql } from '../grouped-records.ts'
import { illegalOnShard } from '../search-failure.ts'
import type {
  AggregationCompiler,
  AskedRecords,
  BucketAggregation,
  Group,
  GroupKey,
  ParentGroups,
} from './aggregation.ts'
import { fieldKeys } from './field-keys.ts'
import { type Significance, significance } from './significance.ts'
import { checkPatterns, selected, termSelection } from './term-selection.ts'
import { keyHead } from './terms.ts'
import { termsField } from './terms-field.ts'

const DEFAULT_SIZE = 10
const DEFAULT_MIN_DOC_COUNT = 3
/** Terms that are looked at in each bucket. */
const MOST = 1_000_000

/** A term with what was found of it in the background. */
interface ScoredGroup extends Group {
  readonly score: number
  readonly background: number
}

interface Wanted {
  readonly key: GroupKey
  readonly measure: Significance
  readonly size: number
  /** Records that the bucket is compared with. */
  readonly background: Sql
}

/** The terms that are more frequent in a bucket than in all records. */
export const significantTerms: AggregationCompiler = (body, { nowMs, children, columns }) => {
  const reader = new BodyReader(body, 'significant_terms')
  const field = termsField(reader, columns, nowMs)
  const { type, isMapped } = field
  if (type === 'double' || type === 'usd') {
    throw illegalOnShard('No support for examining floating point numerics')
  }
  const size = reader.integer('size', 1) ?? DEFAULT_SIZE
  const minDocCount = reader.integer('min_doc_count', 1) ?? DEFAULT_MIN_DOC_COUNT
  const measure = significance(reader)
  const selection = termSelection(reader, field, nowMs)
  const keys = fieldKeys(field, field.filled, { format: reader.text('format') })
  const filter = reader.value('background_filter')
  const background = filter === undefined || filter === null ? sql`true` : columns.condition(filter)
  reader.ignore('shard_size', 'shard_min_doc_count', 'execution_hint')
  reader.end()
  const { isList } = keys
  const key = { expression: selected(keys.expression, isList, selection), isList }
  const wanted: Wanted = { key, measure, size, background }
  const made = (supersetSize: number): BucketAggregation => ({
    kind: 'buckets',
    typeName: type === 'keyword' || type === 'ip' ? 'sigsterms' : 'siglterms',
    key,
    top: { size: MOST + 1, order: [{ by: 'key', descending: false }], minDocCount },
    survey: { select: [sql`count(*)`] },
    children,
    settle: (found, records) => settled(found, records, { ...wanted, supersetSize }),
    arrange: ({ groups }) =>
      (groups as readonly ScoredGroup[]).map((group) => ({
        head: { ...keyHead(keys, group.key), score: group.score, bg_count: group.background },
        group,
      })),
    wrap: (buckets, { survey }) =>
      isMapped
        ? { doc_count: Number(survey?.[0] ?? 0), bg_count: supersetSize, buckets }
        : { buckets },
  })
  return {
    ...made(0),
    async prepare(records) {
      await checkPatterns(selection, records)
      const [row] = await records.all(
        (source) => sql`SELECT count(*) FROM ${source} WHERE ${background}`,
      )
      return made(Number(row?.[0] ?? 0))
    },
  }
}

async function settled(
  found: readonly ParentGroups[],
  records: AskedRecords,
  { key, measure, size, background, supersetSize }: Wanted & { readonly supersetSize: number },
): Promise<readonly ParentGroups[]> {
  const keys = [...new Set(found.flatMap(({ groups }) => groups.map((group) => group.key)))]
  const counts = await countsOf(keys, { key, background }, records)
  return found.map(({ groups, survey }) => {
    const subsetSize = Number(survey?.[0] ?? 0)
    const scored = groups.map((group): ScoredGroup => {
      const superset = counts.get(group.key) ?? 0
      const score = measure({ subset: group.count, subsetSize, superset, supersetSize })
      return { ...group, score, background: superset }
    })
    const best = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
    return { survey, groups: best.slice(0, size) }
  })
}

async function countsOf(
  keys: readonly Cell[],
  { key: { expression, isList }, background }: Pick<Wanted, 'key' | 'background'>,
  records: AskedRecords,
): Promise<ReadonlyMap<Cell, number>> {
  if (keys.length === 0) return new Map()
  const term = isList ? sql`unnest(list_distinct(${expression}))` : expression
  const rows = await records.all(
    (source) => sql`SELECT term, count(*)
      FROM (SELECT ${term} AS term FROM ${source} WHERE ${background})
      WHERE term IN ${keysSql(keys)} GROUP BY term`,
  )
  return new Map(rows.map(([own, count]) => [own!, Number(count)]))
}
