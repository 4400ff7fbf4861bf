import { isJsonObject, type JsonObject } from '../openai/fields.ts'

/** Parses a JSON object; undefined when the text is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
