/** A JSON object from outside. */
export type Json = Readonly<Record<string, unknown>>

/** The value as an object; undefined when it is something else. */
export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined
}

/** The objects of a list; whatever else stands in it is left out. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectOf).filter((item) => item !== undefined) : []
}

/** So long a run without a blank is base64 or a signature, which nobody reads. */
const LONG_RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{256,}={0,2}/g
const SHOWN_OF_RUN = 24

/** Shortens base64 in a text: a beginning stands for the whole. */
export function withoutBase64(text: string): string {
  return text.replace(LONG_RUN, (run) => `${run.slice(0, SHOWN_OF_RUN)}…`)
}

/** A value as indented JSON; text that is no JSON stays as it is. Base64 is shortened. */
export function jsonText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return withoutBase64(indented(value) ?? '')
  const parsed = parseJson(value)
  return withoutBase64((parsed === undefined ? undefined : indented(parsed)) ?? value)
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Undefined for what is nested too deep to be written. */
function indented(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, undefined, 2)
  } catch {
    return undefined
  }
}
