import { FAILED, type Query } from './elastic-query.ts'

/** One chip: calls whose `field` is, or with `negated` is not, `value`. */
export interface Filter {
  readonly field: string
  readonly value: string
  readonly negated: boolean
}

/** Name of the filter that stands for all that count as failed, whatever the reason. */
export const FAILED_FILTER: Filter = { field: 'failed', value: 'true', negated: false }

/** Reads `model:gpt-4o` or `!model:gpt-4o`, as it stands in the address; undefined if malformed. */
export function parseFilter(text: string): Filter | undefined {
  const match = /^(!?)([a-z@][a-z0-9_@.]*):(.+)$/s.exec(text)
  if (match === null) return undefined
  const [, mark, field, value] = match
  return field && value ? { field, value, negated: mark === '!' } : undefined
}

export function formatFilter({ field, value, negated }: Filter): string {
  return `${negated ? '!' : ''}${field}:${value}`
}

export function hasFilter(filters: readonly Filter[], wanted: Filter): boolean {
  return filters.some((filter) => formatFilter(filter) === formatFilter(wanted))
}

/** Adds the filter, or takes it away when it is set; its opposite goes in any case. */
export function toggleFilter(filters: readonly Filter[], toggled: Filter): Filter[] {
  const others = filters.filter(
    ({ field, value }) => field !== toggled.field || value !== toggled.value,
  )
  return hasFilter(filters, toggled) ? others : [...others, toggled]
}

/**
 * Turns chips into clauses that must all hold: wanted values of one field are alternatives,
 * unwanted ones are all excluded.
 */
export function filterClauses(filters: readonly Filter[]): Query[] {
  const clauses: Query[] = []
  const wanted = Map.groupBy(
    filters.filter(({ field, negated }) => field !== FAILED_FILTER.field && !negated),
    ({ field }) => field,
  )
  for (const [field, chips] of wanted) {
    clauses.push({ terms: { [field]: chips.map(({ value }) => value) } })
  }
  for (const { field, value, negated } of filters) {
    if (field === FAILED_FILTER.field) {
      clauses.push(negated ? { bool: { must_not: [FAILED] } } : FAILED)
    } else if (negated) {
      clauses.push({ bool: { must_not: [{ term: { [field]: value } }] } })
    }
  }
  return clauses
}
