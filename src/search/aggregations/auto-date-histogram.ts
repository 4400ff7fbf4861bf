import {
  type CalendarUnit,
  longValue,
  type Row,
  type Sql,
  sql,
  timeZone,
  UTC,
} from '../../store/index.ts'
import { BodyReader } from '../body-reader.ts'
import { illegalArgument, tooManyBuckets } from '../search-failure.ts'
import type {
  AggregationCompiler,
  AggregationContext,
  Bucket,
  BucketAggregation,
  ParentGroups,
} from './aggregation.ts'
import { AUTO_UNITS, AutoRounding } from './auto-rounding.ts'
import { DateRounding } from './date-rounding.ts'
import { settledRounding, type Times, timesField } from './date-steps.ts'
import { eachValue, numberText } from './field-keys.ts'

const DEFAULT_BUCKETS = 10
/** More could be merged from more than 65,536. */
const MOST_BUCKETS = 2_184

interface Histogram {
  readonly times: Times
  readonly target: number
  /** Place of the shortest unit that may be used. */
  readonly least: number
  /** The chosen unit, units per bucket, and the first bucket's place: columns beside the records. */
  readonly names: readonly Sql[]
  readonly write: (ms: number) => string
}

/** About as many buckets as are wanted, of an interval that people use. */
export const autoDateHistogram: AggregationCompiler = (body, context) => {
  const reader = new BodyReader(body, 'auto_date_histogram')
  const times = timesField(reader, context)
  const target = reader.integer('buckets', 1) ?? DEFAULT_BUCKETS
  if (target > MOST_BUCKETS) {
    throw illegalArgument(`buckets must be less than ${MOST_BUCKETS}`)
  }
  const least = leastUnit(reader)
  const zoneName = reader.text('time_zone')
  const zone = zoneName === undefined ? UTC : timeZone(zoneName)
  const write = numberText('date', reader.text('format'), times.format, zone)!
  reader.end()
  const { columns } = context
  const names = [columns.unique(), columns.unique(), columns.unique()]
  const histogram: Histogram = { times, target, least, names, write }
  const span = { fromMs: -Infinity, toMs: Infinity }
  const roundings = AUTO_UNITS.map(
    ({ unit }) =>
      new DateRounding({ interval: { kind: 'calendar', unit }, zone, offsetMs: 0, span }),
  )
  const made = aggregationOf(histogram, roundings, context)
  if (!roundings.some(({ needsSpan }) => needsSpan)) return made
  return {
    ...made,
    async prepare(records) {
      const settled = roundings.map((rounding) => settledRounding(rounding, times, records))
      return aggregationOf(histogram, await Promise.all(settled), context)
    },
  }
}

function leastUnit(reader: BodyReader): number {
  const name = reader.choice('minimum_interval', [
    'second',
    'minute',
    'hour',
    'day',
    'month',
    'year',
  ])
  return Math.max(
    0,
    AUTO_UNITS.findIndex(({ unit }) => unit === name),
  )
}

function aggregationOf(
  histogram: Histogram,
  roundings: readonly DateRounding[],
  { children }: AggregationContext,
): BucketAggregation {
  const { times, names, target, least } = histogram
  const { input, isList } = times
  const [first, last] = isList ? [sql`list_min(${input})`, sql`list_max(${input})`] : [input, input]
  const auto = (answer: Row | undefined) =>
    new AutoRounding(roundings, answer ?? [], { target, least })
  return {
    kind: 'buckets',
    typeName: 'auto_date_histogram',
    key: {
      expression: eachValue(input, isList, (value) => placeSql(roundings, value, names)),
      isList,
    },
    survey: {
      select: [sql`min(${first})`, sql`max(${last})`],
      choice: {
        names,
        choose: (answer) => {
          const { place, inner, origin } = auto(answer)
          return [place, inner, origin]
        },
      },
    },
    children,
    arrange: (found, limit) => arrange(found, auto(found.survey), histogram, limit),
    wrap: (buckets, { survey }) => ({ buckets, interval: auto(survey).name }),
  }
}

/** Number of the bucket of a time, from the first. */
function placeSql(
  roundings: readonly DateRounding[],
  time: Sql,
  [unit, inner, origin]: readonly Sql[],
): Sql {
  const cases = roundings.map(
    (rounding, place) => sql`WHEN ${longValue(place)} THEN ${unitSql(rounding, time, place)}`,
  )
  const branches = cases.reduce((left, right) => sql`${left} ${right}`)
  return sql`((CASE ${unit!} ${branches} END - ${origin!}) // ${inner!})`
}

/** Number of the unit that a time lies in. */
function unitSql(rounding: DateRounding, time: Sql, place: number): Sql {
  const mark = rounding.expression(time)
  const { unit, lengthMs } = AUTO_UNITS[place]!
  if (!isOfMonths(unit)) {
    const length = longValue(lengthMs)
    return sql`((${mark} - ((${mark} % ${length}) + ${length}) % ${length}) // ${length})`
  }
  const start = sql`make_timestamp((${mark}) * 1000)`
  return unit === 'year'
    ? sql`date_part('year', ${start})`
    : sql`(date_part('year', ${start}) * 12 + date_part('month', ${start}) - 1)`
}

function isOfMonths(unit: CalendarUnit): boolean {
  return unit === 'month' || unit === 'year'
}

function arrange(
  { groups }: ParentGroups,
  rounding: AutoRounding,
  { write }: Histogram,
  limit: number,
): readonly Bucket[] {
  const byPlace = new Map(groups.map((group) => [Number(group.key), group]))
  const last = [...byPlace.keys()].reduce((a, b) => Math.max(a, b), -1)
  if (last >= limit) throw tooManyBuckets(limit)
  return Array.from({ length: last + 1 }, (_, place) => {
    const key = rounding.startOf(place)
    const group = byPlace.get(place)
    const head = { key_as_string: write(key), key }
    return group === undefined ? { head } : { head, group }
  })
}
