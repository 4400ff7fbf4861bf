import { groupName, type Metric, type Split } from './panel.ts'
import { TIME_FIELD } from './saved-object.ts'

/** An aggregation of an aggregation-based visualisation, as the editor stores it. */
export interface ClassicAggregation {
  readonly id: string
  readonly enabled: true
  readonly type: string
  readonly schema: 'bucket' | 'group' | 'metric' | 'segment'
  readonly params: Readonly<Record<string, unknown>>
}

/** The metrics of a visualisation, with ids from 1. Percentiles of one field become one. */
export function classicMetrics(metrics: readonly Metric[]): readonly ClassicAggregation[] {
  const [first] = metrics
  if (first?.of.kind === 'percentile') {
    const percents = metrics.flatMap(({ of }) => (of.kind === 'percentile' ? [of.percent] : []))
    const label = metrics.length === 1 ? { customLabel: first.label } : {}
    return [metric('1', 'percentiles', { field: first.of.field, percents, ...label })]
  }
  return metrics.map(({ of, label }, place) => {
    const field = 'field' in of ? { field: groupName(of.field) } : {}
    return metric(String(place + 1), of.kind, { ...field, customLabel: label })
  })
}

function metric(
  id: string,
  type: string,
  params: Readonly<Record<string, unknown>>,
): ClassicAggregation {
  return { id, enabled: true, type, schema: 'metric', params }
}

/** The values of a field, those first that have most of the metric `1`, or most calls. */
export function classicTerms(
  id: string,
  schema: 'bucket' | 'group' | 'segment',
  { field, label, size }: Split,
  orderBy: '1' | 'custom',
): ClassicAggregation {
  const orderAgg = { id: `${id}-orderAgg`, enabled: true, type: 'count', schema: 'orderAgg' }
  const params = {
    field: groupName(field),
    size,
    order: 'desc',
    orderBy,
    ...(orderBy === 'custom' && { orderAgg: { ...orderAgg, params: {} } }),
    otherBucket: false,
    otherBucketLabel: 'Other',
    missingBucket: false,
    missingBucketLabel: 'Missing',
    customLabel: label,
  }
  return { id, enabled: true, type: 'terms', schema, params }
}

/** The axis of time, in days or in an interval that suits the range. */
export function classicTime(id: string, daily: boolean): ClassicAggregation {
  const params = {
    field: TIME_FIELD,
    useNormalizedEsInterval: true,
    scaleMetricValues: false,
    interval: daily ? 'd' : 'auto',
    ...(daily && { time_zone: 'UTC' }),
    drop_partials: false,
    min_doc_count: 0,
    extended_bounds: {},
    customLabel: daily ? 'Day (UTC)' : 'Time',
  }
  return { id, enabled: true, type: 'date_histogram', schema: 'segment', params }
}
