const FREE = new Set([
  'doc_count_error_upper_bound',
  'took',
  '_shards',
  'max_score',
  'timed_out',
  '_version',
  'values',
  'highlight',
])

/**
 * What two engines must agree on in answers to the same search: buckets, counts and metrics.
 * Percentiles are left out (each engine estimates them in its own way), numbers are rounded to
 * nine digits, and hits are reduced to their ids in order.
 */
export function comparable(answer: unknown): unknown {
  if (typeof answer === 'number') return Number(answer.toPrecision(9))
  if (Array.isArray(answer)) return answer.map(comparable)
  if (typeof answer !== 'object' || answer === null) return answer
  const hit = answer as { readonly _id?: string; readonly _source?: unknown }
  if (hit._id !== undefined) return hit._id
  return Object.fromEntries(
    Object.entries(answer).flatMap(([name, value]) =>
      FREE.has(name) ? [] : [[name, comparable(value)]],
    ),
  )
}

/** What panels ask for and search does not have yet; a panel that meets one of these is skipped. */
const NOT_YET = [
  '[search] does not support [fields]',
  '[search] does not support [docvalue_fields]',
  'no handler found for uri [/_msearch]',
] as const

/** Tells which known gap of search a refusal names, if any. */
export function knownGap(answer: unknown): string | undefined {
  const text = JSON.stringify(answer)
  return NOT_YET.find((gap) => text.includes(gap))
}
