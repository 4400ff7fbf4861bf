import { column, INDEX_COLUMN, integer, joinSql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalOnShard } from '../search-failure.ts'
import type { AggregationCompiler } from './aggregation.ts'
import { singleBucket } from './single-bucket.ts'

const DEFAULT_SIZE = 100

/** The best matching records of each index, at most `shard_size` of them. */
export const sampler: AggregationCompiler = (body, { columns, children, scoreOf, within }) => {
  const reader = new BodyReader(body, 'sampler')
  const size = reader.integer('shard_size', 1) ?? DEFAULT_SIZE
  reader.end()
  if (within.length > 0) throw illegalOnShard('[sampler] is not supported inside of [nested]')
  const score = columns.score(scoreOf)
  const index = column(INDEX_COLUMN)
  return singleBucket('sampler', children, (records, keys) => {
    const groups = joinSql([...keys, index], ', ')
    // every statement that reads the sample has to get the same one: the order leaves no ties
    return sql`SELECT * FROM ${records} QUALIFY row_number()
      OVER (PARTITION BY ${groups} ORDER BY ${score} DESC, ${column('row')}) <= ${integer(size)}`
  })
}
