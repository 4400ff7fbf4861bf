import type { CallRecord } from './call-record.ts'

/** A record as the pipeline hands it to the store. */
export interface StoredRecord {
  /** `_id` of the document: the request id for calls. */
  readonly id: string
  /** UTC day `YYYY-MM-DD` of the index the document belongs to; picks the store's day files. */
  readonly day: string
  /** Index name without its day. */
  readonly indexPrefix: string
  readonly record: CallRecord
  /**
   * What the sender's JSON held that `record` cannot give back: unknown fields, and known ones
   * whose value was changed. `_source` is `record` with these laid over it.
   */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** What becomes of a journal entry on its way to the store. */
export type Processed =
  | { readonly kind: 'store'; readonly stored: StoredRecord }
  | { readonly kind: 'skip' }
  | { readonly kind: 'reject'; readonly reason: string }

/** Turns the bytes of a journal entry into what is stored. Deterministic, never throws. */
export type Pipeline = (entry: Uint8Array) => Processed
