import { isObject, parsedObject } from './json-object.ts'

/** What became of one document of a bulk request. */
export type ItemVerdict =
  | { readonly kind: 'done' }
  /** The id was there already: by an earlier attempt, or another document has it. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string }

/** What became of a bulk request. */
export type BulkVerdict =
  | { readonly kind: 'items'; readonly items: readonly ItemVerdict[] }
  /** Too much at once, or one document spoils it for all. */
  | { readonly kind: 'split'; readonly reason: string; readonly isTooLarge: boolean }
  | { readonly kind: 'retry'; readonly reason: string }

/** Failures with status 400 that are the cluster's state, not the document's fault. */
const STATES: readonly unknown[] = ['validation_exception', 'cluster_block_exception']

/** Statuses of an item that somebody or time can mend. */
const MENDABLE: readonly number[] = [401, 403, 404, 408, 429]

/** Judges the answer to a bulk request of so many documents. */
export function judgeBulk(status: number, text: string, documents: number): BulkVerdict {
  const body = parsedObject(text)
  if (status === 413) {
    return { kind: 'split', reason: reasonOf(status, body?.error), isTooLarge: true }
  }
  if (status === 400 && isObject(body?.error) && !STATES.includes(body.error.type)) {
    return { kind: 'split', reason: reasonOf(status, body.error), isTooLarge: false }
  }
  if (status !== 200) return { kind: 'retry', reason: reasonOf(status, body?.error) }
  const items = Array.isArray(body?.items) ? (body.items as readonly unknown[]) : []
  if (items.length !== documents) {
    return { kind: 'retry', reason: `answer has ${items.length} items for ${documents} documents` }
  }
  return { kind: 'items', items: items.map(judgeItem) }
}

function judgeItem(item: unknown): ItemVerdict {
  const result = isObject(item) ? item.create : undefined
  if (!isObject(result) || typeof result.status !== 'number') {
    return { kind: 'retry', reason: 'answer has an item without status' }
  }
  const { status, error } = result
  if (status < 300) return { kind: 'done' }
  if (status === 409) return { kind: 'exists' }
  const reason = reasonOf(status, error)
  const isMendable = status >= 500 || MENDABLE.includes(status)
  if (isMendable || (isObject(error) && STATES.includes(error.type))) {
    return { kind: 'retry', reason }
  }
  return { kind: 'dead', reason }
}

/** Longer reasons quote the document. */
const LONGEST_REASON = 1_000

/** An answer's error in one line. */
export function reasonOf(status: number, error: unknown): string {
  if (typeof error === 'string') return `${status}: ${error}`.slice(0, LONGEST_REASON)
  if (!isObject(error)) return `status ${status}`
  const cause = isObject(error.caused_by) ? `: ${String(error.caused_by.reason)}` : ''
  const text = `${status} ${String(error.type)}: ${String(error.reason)}${cause}`
  return text.slice(0, LONGEST_REASON)
}
