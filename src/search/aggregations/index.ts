import type { AggregationCompiler } from './aggregation.ts'
import { avg } from './avg.ts'
import { cardinality } from './cardinality.ts'
import { dateHistogram } from './date-histogram.ts'
import { filter } from './filter.ts'
import { max } from './max.ts'
import { min } from './min.ts'
import { percentiles } from './percentiles.ts'
import { sum } from './sum.ts'
import { terms } from './terms.ts'
import { valueCount } from './value-count.ts'

/** Every aggregation type by its name in a request. */
export const AGGREGATIONS: ReadonlyMap<string, AggregationCompiler> = new Map(
  Object.entries({
    avg,
    cardinality,
    date_histogram: dateHistogram,
    filter,
    max,
    min,
    percentiles,
    sum,
    terms,
    value_count: valueCount,
  }),
)
