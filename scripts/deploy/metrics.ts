import type { Metric, Split } from './panel.ts'

export const CALLS: Metric = { label: 'Calls', unit: 'calls', of: { kind: 'count' } }
export const FAILED: Metric = { label: 'Errors', unit: 'calls', of: { kind: 'count' } }
export const USERS: Metric = {
  label: 'Users',
  unit: 'users',
  of: { kind: 'cardinality', field: 'user_id' },
}
export const COST: Metric = { label: 'Cost', unit: 'usd', of: { kind: 'sum', field: 'cost_usd' } }
export const COST_PER_CALL: Metric = {
  label: 'Cost per call',
  unit: 'usd',
  of: { kind: 'avg', field: 'cost_usd' },
}
export const TOKENS: Metric = {
  label: 'Tokens',
  unit: 'tokens',
  of: { kind: 'sum', field: 'tokens_used' },
}

/** A percentile of the latency. */
export const latency = (percent: number): Metric => ({
  label: percent === 50 ? 'Median' : `${percent}th percentile`,
  unit: 'ms',
  of: { kind: 'percentile', field: 'latency_ms', percent },
})

/** The `size` values of a field with most. */
export const split = (field: Split['field'], label: string, size: number): Split => ({
  field,
  label,
  size,
})
