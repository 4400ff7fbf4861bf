import type { FailureDetails } from '../search-failure.ts'

/** One operation on a document of an index. */
export interface DocumentWrite {
  readonly action: 'index' | 'create' | 'update' | 'delete'
  /** An index that exists; aliases, data streams and templates were followed before. */
  readonly index: string
  /** Undefined: one is made. */
  readonly id: string | undefined
  /**
   * JSON text of the document as it was sent (`1.0` stays `1.0`); of an update its body: `doc`,
   * `upsert`, `doc_as_upsert`, `detect_noop`.
   */
  readonly source?: string
  readonly routing?: string
  readonly ifSeqNo?: number
  readonly ifPrimaryTerm?: number
  readonly version?: number
  readonly versionType?: 'internal' | 'external' | 'external_gte'
}

/** What became of an operation. It is on disk by then. */
export type DocumentOutcome =
  | {
      readonly kind: 'created' | 'updated' | 'deleted' | 'noop' | 'not_found'
      readonly index: string
      readonly id: string
      readonly version: number
      readonly seqNo: number
      readonly primaryTerm: number
      /** The document after an update, as JSON text. */
      readonly source?: string
    }
  | {
      readonly kind: 'failed'
      readonly index: string
      readonly id: string | undefined
      readonly failure: FailureDetails
    }

/** A document as it is now, whether a search can find it already or not. */
export interface CurrentDocument {
  readonly id: string
  readonly version: number
  readonly seqNo: number
  readonly primaryTerm: number
  readonly routing?: string
  /** JSON text. */
  readonly source: string
}
