import type { CallRecord } from './call-record.ts'

/**
 * What stands in the journal. `open` is written at admission, `close` exactly once for each
 * `open`; `document` is an event that somebody else recorded and sent to us.
 */
export type JournalEntry =
  | { readonly kind: 'open'; readonly record: CallRecord }
  | {
      readonly kind: 'close'
      readonly record: CallRecord
      readonly requestBody?: Uint8Array
      readonly responseBody?: Uint8Array
    }
  | { readonly kind: 'document'; readonly document: IncomingDocument }

/** A document as it was sent: where to, under which id, and when it arrived. */
export interface IncomingDocument {
  readonly index: string
  readonly id: string
  /** Arrival, milliseconds since 1970 UTC; stands in for a missing time of its own. */
  readonly received_ms: number
  readonly source: Readonly<Record<string, unknown>>
}

const KINDS = ['open', 'close', 'document'] as const

/** Bytes before the JSON: kind (1), length of the JSON (4), length of the request body (4). */
const HEADER_BYTES = 9

/**
 * Encodes an entry: kind, lengths, the JSON part, then both bodies as raw bytes, so that no
 * body is ever escaped or parsed on the way of a call. `json` is the record or document.
 */
export function encodeEntry(
  kind: JournalEntry['kind'],
  json: string,
  requestBody?: Uint8Array,
  responseBody?: Uint8Array,
): Buffer {
  const jsonBytes = Buffer.byteLength(json)
  const requestBytes = requestBody?.byteLength ?? 0
  const entry = Buffer.allocUnsafe(
    HEADER_BYTES + jsonBytes + requestBytes + (responseBody?.byteLength ?? 0),
  )
  entry[0] = KINDS.indexOf(kind)
  entry.writeUInt32LE(jsonBytes, 1)
  entry.writeUInt32LE(requestBytes, 5)
  entry.write(json, HEADER_BYTES)
  if (requestBody !== undefined) entry.set(requestBody, HEADER_BYTES + jsonBytes)
  if (responseBody !== undefined) entry.set(responseBody, HEADER_BYTES + jsonBytes + requestBytes)
  return entry
}

/** Tells an entry's kind without decoding it; undefined for bytes no version has written. */
export function entryKind(bytes: Uint8Array): JournalEntry['kind'] | undefined {
  return KINDS[bytes[0] ?? KINDS.length]
}

/**
 * Decodes an entry. Bodies are views on `bytes`.
 *
 * @throws Error when the bytes are not an entry (a newer version's, or a bug)
 */
export function decodeEntry(bytes: Uint8Array): JournalEntry {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = entryKind(bytes)
  if (kind === undefined || buffer.length < HEADER_BYTES) throw new Error('not a journal entry')
  const jsonEnd = HEADER_BYTES + buffer.readUInt32LE(1)
  const requestEnd = jsonEnd + buffer.readUInt32LE(5)
  if (requestEnd > buffer.length) throw new Error('journal entry is cut short')
  const json: unknown = JSON.parse(buffer.toString('utf8', HEADER_BYTES, jsonEnd))
  if (kind === 'document') return { kind, document: json as IncomingDocument }
  if (kind === 'open') return { kind, record: json as CallRecord }
  return {
    kind,
    record: json as CallRecord,
    ...(requestEnd > jsonEnd && { requestBody: buffer.subarray(jsonEnd, requestEnd) }),
    ...(buffer.length > requestEnd && { responseBody: buffer.subarray(requestEnd) }),
  }
}
