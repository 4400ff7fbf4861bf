import { kindOf, onlyEntry } from '../body-reader.ts'
import { parsingFailure } from '../search-failure.ts'
import type { BucketOrder } from './aggregation.ts'

const BY_KEY: BucketOrder = { by: 'key', descending: false }

/** Most records first. */
export const BY_COUNT: BucketOrder = { by: 'count', descending: true }

/**
 * Reads `order`: `{"_count": "desc"}`, `_key`, the name of an aggregation beneath (`name`,
 * `name.property`, `filter>name`), or a list of them. Equal buckets are ordered by key.
 *
 * @throws SearchFailure for anything else
 */
export function bucketOrder(given: unknown, fallback: BucketOrder): readonly BucketOrder[] {
  if (given === undefined || given === null) return withKey([fallback])
  return withKey((Array.isArray(given) ? given : [given]).map(oneOrder))
}

function withKey(orders: readonly BucketOrder[]): readonly BucketOrder[] {
  return orders.some(({ by }) => by === 'key') ? orders : [...orders, BY_KEY]
}

function oneOrder(given: unknown): BucketOrder {
  const [target, direction] = onlyEntry(given, 'order')
  const text = typeof direction === 'string' ? direction.toLowerCase() : kindOf(direction)
  if (text !== 'asc' && text !== 'desc') throw parsingFailure(`Unknown order direction [${text}]`)
  const descending = text === 'desc'
  if (target === '_count') return { by: 'count', descending }
  if (target === '_key') return { by: 'key', descending }
  if (target === '_term' || target === '_time') {
    throw parsingFailure(`[order] does not support [${target}], use [_key]`)
  }
  return { by: orderPath(target), descending }
}

function orderPath(target: string) {
  const path = target.split('>')
  const last = path.at(-1)!
  const dot = last.indexOf('.')
  if (dot < 0) return { path }
  return { path: [...path.slice(0, -1), last.slice(0, dot)], property: last.slice(dot + 1) }
}
