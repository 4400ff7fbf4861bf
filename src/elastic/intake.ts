import type { IncomingDocument } from '../record/index.ts'

/** Where documents that clients send are written: the journal, as the server hands it in. */
export interface Intake {
  /**
   * Writes the documents, all or none. Resolves once they are on disk with the position behind
   * them.
   *
   * @throws AppError JOURNAL_FULL, JOURNAL_UNAVAILABLE, JOURNAL_RECORD_TOO_LARGE
   */
  append(documents: readonly IncomingDocument[]): Promise<number>
  /** Resolves once everything before the position can be found by a search. */
  visible(position: number): Promise<void>
  /** Resolves once what the journal held when this process began can be found by a search. */
  ready(): Promise<void>
}
