/** An object as JSON gives it. */
export type Json = Readonly<Record<string, unknown>>

/** Tells whether a value is an object of JSON, which a list is not. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Makes an object from its entries. Any name may come from outside, `__proto__` too: it becomes a
 * property like any other.
 */
export function objectOf<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.fromEntries(entries)
}
