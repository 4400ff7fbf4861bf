import type { CallRecord } from '../../record/index.ts'
import type { CallResult } from './call-result.ts'
import type { Differences } from './differences.ts'

/**
 * Explains every call that got no whole answer by what the journal holds of it, and counts them
 * by explanation. A call whose answer had begun must have a record; one that no relay admitted
 * has none and cost nothing.
 */
export function explainUnanswered(
  results: readonly CallResult[],
  records: ReadonlyMap<string, CallRecord>,
  differences: Differences,
): Readonly<Record<string, number>> {
  const byTrace = new Map([...records.values()].map((record) => [record.trace_id, record]))
  const counts: Record<string, number> = {}
  for (const { ending, requestId, traceId } of results) {
    if (ending === 'answered') continue
    const record = byTrace.get(traceId)
    if (record === undefined && requestId !== undefined) {
      differences.add(requestId, 'began to be answered and is not in the journal')
    }
    const explanation = record === undefined ? 'never admitted' : `recorded as ${record.outcome}`
    counts[explanation] = (counts[explanation] ?? 0) + 1
  }
  return counts
}
