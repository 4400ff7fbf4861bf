import { adjacencyMatrix } from './adjacency-matrix.ts'
import type { AggregationCompiler } from './aggregation.ts'
import { autoDateHistogram } from './auto-date-histogram.ts'
import { avg } from './avg.ts'
import { cardinality } from './cardinality.ts'
import { composite } from './composite.ts'
import { dateHistogram } from './date-histogram.ts'
import { filter } from './filter.ts'
import { filters } from './filters.ts'
import { global } from './global.ts'
import { histogram } from './histogram.ts'
import { ipRange } from './ip-range.ts'
import { max } from './max.ts'
import { medianAbsoluteDeviation } from './median-absolute-deviation.ts'
import { min } from './min.ts'
import { missing } from './missing.ts'
import { multiTerms } from './multi-terms.ts'
import { nested, reverseNested, type ScopedCompiler } from './nested.ts'
import { percentileRanks } from './percentile-ranks.ts'
import { percentiles } from './percentiles.ts'
import { dateRange, range } from './range.ts'
import { rareTerms } from './rare-terms.ts'
import { sampler } from './sampler.ts'
import { significantTerms } from './significant-terms.ts'
import { extendedStats, stats } from './stats.ts'
import { sum } from './sum.ts'
import { terms } from './terms.ts'
import { topHits } from './top-hits.ts'
import { topMetrics } from './top-metrics.ts'
import { valueCount } from './value-count.ts'
import { weightedAvg } from './weighted-avg.ts'

/** Every aggregation type by its name in a request. */
export const AGGREGATIONS: ReadonlyMap<string, AggregationCompiler> = new Map(
  Object.entries({
    adjacency_matrix: adjacencyMatrix,
    auto_date_histogram: autoDateHistogram,
    avg,
    cardinality,
    composite,
    date_histogram: dateHistogram,
    date_range: dateRange,
    extended_stats: extendedStats,
    filter,
    filters,
    global,
    histogram,
    ip_range: ipRange,
    max,
    median_absolute_deviation: medianAbsoluteDeviation,
    min,
    missing,
    multi_terms: multiTerms,
    percentile_ranks: percentileRanks,
    percentiles,
    range,
    rare_terms: rareTerms,
    sampler,
    significant_terms: significantTerms,
    stats,
    sum,
    terms,
    top_hits: topHits,
    top_metrics: topMetrics,
    value_count: valueCount,
    weighted_avg: weightedAvg,
  }),
)

/** Those whose sub-aggregations see other fields. */
export const SCOPED_AGGREGATIONS: ReadonlyMap<string, ScopedCompiler> = new Map(
  Object.entries({
    nested,
    reverse_nested: reverseNested,
  }),
)
