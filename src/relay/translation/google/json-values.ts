import { type JsonObject, parseJsonObject } from '../../json-object.ts'

/** Deeper values are not taken: what walks over them later must not run out of stack. */
export const MOST_LEVELS = 256

/** Parses a JSON object; undefined for anything else and for one deeper than `MOST_LEVELS`. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseJsonObject(text)
  return value !== undefined && isShallow(value, MOST_LEVELS) ? value : undefined
}

/** Writes a parsed JSON value; undefined when it is deeper than `MOST_LEVELS`. */
export function toJson(value: unknown): string | undefined {
  return isShallow(value, MOST_LEVELS) ? JSON.stringify(value) : undefined
}

/** Whether objects and lists in `value` lie in one another at most `levels` times. */
export function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  for (const each of Object.values(value)) {
    if (!isShallow(each, levels - 1)) return false
  }
  return true
}
