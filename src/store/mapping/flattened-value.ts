import type { LeafNode } from './document-tree.ts'
import { isRawNumber } from './raw-number.ts'
import { Malformed, type Scalar, TOO_LONG } from './values/value-reader.ts'

/** Between the key and the value of a leaf. */
export const FLATTENED_SEPARATOR = '\u0000'

interface Leaves {
  readonly texts: readonly string[]
  /** Whether some value was longer than `ignore_above`. */
  readonly isCut: boolean
}

/** The leaves of an object as `key\u0000value`, keys joined by dots. */
export function flattenedLeaves(
  object: Readonly<Record<string, unknown>>,
  leaf: LeafNode,
): Leaves | Malformed {
  const texts: string[] = []
  let isCut = false
  const add = (key: string, value: Scalar, raw: string | undefined): Malformed | undefined => {
    const kept = leaf.read(value, raw)
    if (kept instanceof Malformed) return kept
    if (kept === TOO_LONG) isCut = true
    else if (kept !== undefined) texts.push(key + FLATTENED_SEPARATOR + String(kept))
    return undefined
  }
  const walk = (key: string, value: unknown, depth: number): Malformed | undefined => {
    if (value === null) {
      const { nullValue } = leaf.field
      return nullValue === undefined ? undefined : add(key, nullValue as Scalar, undefined)
    }
    if (typeof value !== 'object') return add(key, value as Scalar, undefined)
    if (isRawNumber(value)) return add(key, Number(value.rawJSON), value.rawJSON)
    if (Array.isArray(value)) return eachItem(value, (item) => walk(key, item, depth))
    if (depth > 0 && depth + 1 > leaf.depthLimit) return tooDeep(leaf)
    return firstOf(Object.entries(value), ([own, inner]) => {
      if (own.includes(FLATTENED_SEPARATOR)) return reserved(own)
      return walk(key === '' ? own : `${key}.${own}`, inner, depth + 1)
    })
  }
  return walk('', object, 0) ?? { texts, isCut }
}

/** Lists within lists are one list, however deep. */
function eachItem(
  list: readonly unknown[],
  take: (item: unknown) => Malformed | undefined,
): Malformed | undefined {
  const stack: unknown[] = [list]
  while (stack.length > 0) {
    const value = stack.pop()
    if (Array.isArray(value)) {
      for (let place = value.length - 1; place >= 0; place--) stack.push(value[place])
      continue
    }
    const wrong = take(value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function firstOf<T>(
  items: readonly T[],
  take: (item: T) => Malformed | undefined,
): Malformed | undefined {
  for (const item of items) {
    const wrong = take(item)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function tooDeep({ field, depthLimit }: LeafNode): Malformed {
  return new Malformed(
    `The provided [flattened] field [${field.name}] exceeds the maximum depth limit of [${depthLimit}].`,
  )
}

function reserved(key: string): Malformed {
  return new Malformed(
    `Keys in [flattened] fields cannot contain the reserved character \\0. Offending key: [${key}].`,
  )
}
