import type { TimeWindow } from '../state/time-range.ts'

/** A piece of Elasticsearch's query language. */
export type Query = { readonly [name: string]: unknown }

/** Calls that did not end well: an error status, or broken after a good status was sent. */
export const FAILED: Query = {
  bool: {
    should: [
      { range: { status_code: { gte: 400 } } },
      { terms: { outcome: ['upstream_error', 'timeout', 'relay_error', 'lost'] } },
    ],
    minimum_should_match: 1,
  },
}

/** Calls that began within the window. */
export function withinWindow({ fromMs, toMs }: TimeWindow): Query {
  return {
    range: {
      '@timestamp': { gte: new Date(fromMs).toISOString(), lt: new Date(toMs).toISOString() },
    },
  }
}

/** Chart columns of the window; aligned to the epoch, as `bucketStarts` computes them. */
export function columnsOf({ bucketMs }: TimeWindow): Query {
  return {
    field: '@timestamp',
    fixed_interval: `${bucketMs / 1_000}s`,
    min_doc_count: 1,
  }
}
