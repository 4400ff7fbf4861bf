import type { CallerError } from './caller-error.ts'

/** What the relay needs to know of a request, whatever its protocol; the body stays bytes. */
export interface CallRequest {
  readonly body: Buffer
  /** As it goes on to the provider. */
  readonly contentType: string
  readonly model: string
  readonly stream: boolean
  /** Whether the caller himself asked for the usage chunk at the end of a stream. */
  readonly wantsUsage: boolean
  readonly user: string | undefined
  /** The bytes for a provider of the same protocol, which knows the model as `model`. */
  bodyFor(model: string): Buffer
  /** The body as a JSON object; undefined for bodies that are none. Parsed when first asked for. */
  parsed(): Readonly<Record<string, unknown>> | undefined
  /** What is kept of the body in the record. */
  storedBody(): Buffer
}

export type CallRequestResult =
  | { readonly ok: true; readonly request: CallRequest }
  | { readonly ok: false; readonly error: CallerError }

/** Longest model or user name that is looked up or recorded. */
export const LONGEST_NAME = 256

/** A change to a body: what stands in `[start, end)` is replaced. */
export interface BodyEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Applies edits that do not overlap; everything else stays as the caller wrote it. */
export function applyEdits(body: Buffer, edits: BodyEdit[]): Buffer {
  if (edits.length === 0) return body
  edits.sort((one, other) => one.start - other.start)
  const parts: Uint8Array[] = []
  let from = 0
  for (const { start, end, text } of edits) {
    parts.push(body.subarray(from, start), Buffer.from(text))
    from = end
  }
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}
