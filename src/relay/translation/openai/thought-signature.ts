import { isJsonObject } from '../../json-object.ts'

/**
 * Where Gemini's own endpoint for this protocol puts the signature of a tool call. Callers who
 * send the message back as it came give it back with the call, as Gemini demands.
 */
export interface ExtraContent {
  readonly google: { readonly thought_signature: string }
}

/** A field for a tool call; none when it has no signature. */
export function extraContent(signature: string | undefined): {
  readonly extra_content?: ExtraContent
} {
  if (signature === undefined) return {}
  return { extra_content: { google: { thought_signature: signature } } }
}

/** Reads the signature out of a tool call's `extra_content`. */
export function readThoughtSignature(value: unknown): string | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.google)) return undefined
  const { thought_signature } = value.google
  return typeof thought_signature === 'string' ? thought_signature : undefined
}
