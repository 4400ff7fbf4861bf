import { column, type Row, type Sql, sql } from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { HitContent } from '../hit-content.ts'
import { checkWindow } from '../hit-limits.ts'
import { readHitRequest } from '../hit-request.ts'
import { shortFloat } from '../hit-value.ts'
import { illegalArgument, illegalOnShard } from '../search-failure.ts'
import { type CompiledSort, compileSort } from '../sort-keys.ts'
import type { AggregationCompiler, AggregationContext } from './aggregation.ts'
import {
  firstTexts,
  indexColumn,
  keyValues,
  orderKey,
  type RecordOrder,
  readTexts,
  recordText,
} from './top-records.ts'

const DEFAULT_SIZE = 3
/** Values in front of those of the sort keys in the text of a record: index, row, score. */
const HEAD = 3

/** The first records of each bucket, whole. */
export const topHits: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'top_hits')
  const size = count(reader, 'size') ?? DEFAULT_SIZE
  const from = count(reader, 'from') ?? 0
  const trackScores = reader.boolean('track_scores') ?? false
  const sort = reader.value('sort')
  const { hits, within } = context
  const content = hits.compile(readHitRequest(reader))
  reader.end()
  if (size === 0) {
    throw illegalOnShard(
      'numHits must be > 0; please use TotalHitCountCollector if you just need the total hit count',
    )
  }
  checkWindow(from + size, hits.groups)
  if (within.length > 0) throw illegalOnShard('[top_hits] is not supported inside of [nested]')
  const order = compileOrder(sort, trackScores, context)
  const key = orderKey(order, context.columns, order.tiesDescending)
  const text = recordText([
    indexColumn(context.columns),
    column('row'),
    order.score ?? sql`NULL`,
    ...keyValues(order),
  ])
  const score = order.score === undefined || !order.tellsBest ? [] : [order.score]
  return {
    kind: 'metric',
    typeName: 'top_hits',
    inputs: [text, key, ...score],
    select: ([texts, keys, scores]) => [
      firstTexts(texts!, keys!, from + size),
      sql`count(${keys!})`,
      scores === undefined ? sql`NULL` : sql`max(${scores})`,
    ],
    read: (values) => answer(values, { content, order, from, hits }),
    order: () => undefined,
  }
}

function count(reader: BodyReader, key: string): number | undefined {
  const number = reader.number(key)
  if (number === undefined) return undefined
  if (number >= 0 && Number.isSafeInteger(Math.trunc(number))) return Math.trunc(number)
  throw illegalArgument(
    `[${key}] must be greater than or equal to 0. Found [${number}] in [top_hits]`,
  )
}

interface HitOrder extends RecordOrder {
  readonly asked: CompiledSort | undefined
  readonly tiesDescending: boolean
  /** Score of a record; undefined when hits have none, or all the same. */
  readonly score: Sql | undefined
  readonly same: number | null
  /** Whether the best score is told. */
  readonly tellsBest: boolean
}

function compileOrder(
  given: unknown,
  trackScores: boolean,
  { columns, nowMs, scoreOf, hits }: AggregationContext,
): HitOrder {
  const { isLogs } = hits
  const asked = compileSort(given, {
    columns,
    nowMs,
    isLogs,
    isView: false,
    scoreOf,
    place: column('row'),
    isObject: () => false,
  })
  const same = hits.sameScore()
  const tellsBest = asked === undefined || trackScores
  const isScored = tellsBest || asked.scorePlace !== undefined
  const score = isScored && same === undefined ? columns.score(scoreOf) : undefined
  const scores = { asked, score, same: isScored ? (same ?? null) : null, tellsBest }
  const usual = usualOrder(isLogs, score, columns)
  const { keys, types } = asked ?? usual
  return { keys, types, ...scores, tiesDescending: isLogs && (keys[0]?.descending ?? true) }
}

/** Records of logs come newest first, documents by relevance. */
function usualOrder(
  isLogs: boolean,
  score: Sql | undefined,
  columns: AggregationContext['columns'],
): RecordOrder {
  const last = { descending: true, missingFirst: false }
  if (isLogs) {
    return { keys: [{ expression: columns.field('@timestamp').input, ...last }], types: ['date'] }
  }
  return score === undefined
    ? { keys: [], types: [] }
    : { keys: [{ expression: score, ...last }], types: ['double'] }
}

interface Wanted {
  readonly content: HitContent
  readonly order: HitOrder
  readonly from: number
  readonly hits: AggregationContext['hits']
}

function answer([texts, total, best]: Row, { content, order, from, hits }: Wanted) {
  const records = readTexts(texts)
  const places = records.slice(from).map((cells) => {
    const score = cells[HEAD - 1] ?? null
    return {
      index: String(cells[0]),
      row: Number(cells[1]),
      beside: {
        _score: score === null ? order.same : shortFloat(Number(score)),
        ...(order.asked !== undefined && { sort: order.asked.answer(cells.slice(HEAD)) }),
      },
    }
  })
  const max = best ?? null
  const same = order.tellsBest && records.length > 0 ? order.same : null
  return {
    hits: {
      total: { value: Number(total ?? 0), relation: 'eq' },
      max_score: max === null ? same : shortFloat(Number(max)),
      hits: hits.add(content, places),
    },
  }
}
