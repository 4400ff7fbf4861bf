import {
  type Cell,
  column,
  DEFAULT_DATE_FORMAT,
  ipText,
  type Sql,
  sql,
  UTC,
} from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import type { FieldValues } from '../request-columns.ts'
import { contentFailure, illegalArgument, illegalOnShard } from '../search-failure.ts'
import { compileSort } from '../sort-keys.ts'
import type { AggregationCompiler, AggregationContext } from './aggregation.ts'
import { firstTexts, keyValues, orderKey, readTexts, recordText } from './top-records.ts'

const KEYS = ['metrics', 'sort', 'size']
/** Elasticsearch's `index.top_metrics_max_size`. */
const MOST = 10
/** Types of fields that are no numbers: they cannot be sorted by here. */
const UNSORTED = ['keyword', 'ip', 'text', 'flattened']

interface MetricValue {
  readonly name: string
  /** One value of a record. */
  readonly expression: Sql
  write(cell: Cell): unknown
}

/** Values of the first record of each bucket, or of the first few. */
export const topMetrics: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'top_metrics')
  const unknown = reader.keys().find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw contentFailure(`[top_metrics] unknown field [${unknown}]`)
  const metrics = metricsOf(reader.value('metrics'), context)
  const size = reader.integer('size', 1) ?? 1
  if (size > MOST) {
    throw illegalOnShard(
      `[top_metrics.size] must not be more than [${MOST}] but was [${size}]. This limit can be set by changing the [index.top_metrics_max_size] index level setting.`,
    )
  }
  if (context.within.length > 0) {
    throw illegalOnShard('[top_metrics] is not supported inside of [nested]')
  }
  const sort = sortOf(reader.value('sort'), context)
  const [first] = sort.keys
  const key = orderKey(sort, context.columns, false)
  const text = recordText([...keyValues(sort), ...metrics.map(({ expression }) => expression)])
  // records without a value to sort by are passed over
  const hasKey = sql`${first!.expression} IS NOT NULL`
  return {
    kind: 'metric',
    typeName: 'top_metrics',
    inputs: [
      sql`CASE WHEN ${hasKey} THEN ${text} END`,
      sql`CASE WHEN ${hasKey} THEN ${key} END`,
      ...metrics.map(({ expression }) => expression),
    ],
    select: ([texts, keys, ...values]) => [
      firstTexts(texts!, keys!, size),
      ...values.map((value) => sql`arg_min(${value}, ${keys!})`),
    ],
    read: ([texts]) => ({
      top: readTexts(texts).map((cells) => ({
        sort: sort.answer(cells.slice(0, sort.keys.length)),
        metrics: Object.fromEntries(
          metrics.map(({ name, write }, place) => {
            const cell = cells[sort.keys.length + place] ?? null
            return [name, cell === null ? null : write(cell)]
          }),
        ),
      })),
    }),
    order: (property) => {
      const place = metrics.findIndex(({ name }) => name === property)
      return place < 0 || size > 1 ? undefined : { slot: place + 1 }
    },
  }
}

function sortOf(given: unknown, { columns, nowMs, scoreOf, hits }: AggregationContext) {
  if (given === undefined) throw illegalArgument('Required [sort]')
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length > 1) {
    throw illegalArgument('[sort] must contain exactly one sort')
  }
  // by score alone is no sort of hits, but one here
  const sort = compileSort([...list, ...list], {
    columns,
    nowMs,
    isLogs: hits.isLogs,
    isView: false,
    scoreOf,
    place: column('row'),
    isObject: () => false,
  })
  const [field] = sort?.fields ?? []
  if (sort === undefined || field === undefined) throw illegalArgument('Required [sort]')
  const { elastic } = field.startsWith('_') ? { elastic: undefined } : columns.field(field)
  if (elastic !== undefined && UNSORTED.includes(elastic)) {
    throw illegalArgument(`unsupported sort on field [${field}] of type [${elastic}]`)
  }
  return single(sort)
}

type Sort = NonNullable<ReturnType<typeof compileSort>>

/** The first of two equal keys. */
function single(sort: Sort): Pick<Sort, 'keys' | 'types' | 'answer'> {
  const half = sort.keys.length / 2
  return {
    keys: sort.keys.slice(0, half),
    types: sort.types.slice(0, half),
    answer: (cells) => sort.answer([...cells, ...cells]).slice(0, 1),
  }
}

function metricsOf(given: unknown, { columns }: AggregationContext): readonly MetricValue[] {
  const list: readonly unknown[] = given === undefined ? [] : Array.isArray(given) ? given : [given]
  if (list.length === 0) throw illegalArgument('Required [metrics]')
  return list.map((item) => {
    const reader = new BodyReader(item, 'top_metrics')
    const field = reader.requiredText('field')
    if (reader.has('missing')) throw contentFailure('[metrics] does not support [missing]')
    reader.end()
    return metricValue(columns.field(field))
  })
}

function metricValue({ name, input, type, isList }: FieldValues): MetricValue {
  const one = isList ? sql`list_min(${input})` : input
  switch (type) {
    case 'date':
      return {
        name,
        expression: sql`epoch_ms(${one})`,
        write: (cell) => DEFAULT_DATE_FORMAT.format(Number(cell), UTC),
      }
    case 'usd':
      return { name, expression: sql`${one}::DOUBLE`, write: (cell) => cell }
    case 'ip':
      return { name, expression: one, write: (cell) => ipText(String(cell)) }
    default:
      return { name, expression: one, write: (cell) => cell }
  }
}
