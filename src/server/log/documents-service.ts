import { serialize } from 'node:v8'
import { StoredIndices } from '../../store/index.ts'

/** Changes as bytes: the thread between the two engines passes them on without reading them. */
export interface PackedChanges {
  /** Sequence number up to which the changes go. */
  readonly upTo: number
  /** An `IndexChanges`, written by `serialize` of `node:v8`. */
  readonly bytes: Uint8Array
}

/** Keeps the document indices, in a thread of its own. */
export class DocumentsService extends StoredIndices {
  /** See `DocumentIndices.changes`. */
  packedChanges(uuid: string, limit: number): PackedChanges | undefined {
    const changes = this.changes(uuid, limit)
    // a copy: the buffer of `serialize` is larger than what it holds
    return changes && { upTo: changes.upTo, bytes: new Uint8Array(serialize(changes)) }
  }
}
