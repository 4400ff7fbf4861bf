import type { Clock } from '../../kernel/index.ts'
import { type FailureDetails, SearchFailure } from '../search-failure.ts'
import type { DocumentIds } from './document-ids.ts'
import type { KnownDocument } from './document-table.ts'
import { mergedSource, parseUpdate, type UpdateBody } from './document-update.ts'
import type { DocumentOutcome, DocumentWrite } from './document-write.ts'
import type { FileProgress } from './documents-file.ts'
import { PRIMARY_TERM } from './documents-schema.ts'
import type { IndexedDocument, IndexSchema } from './index-schema.ts'
import type { OpenDocuments } from './open-files.ts'
import type { IndexEntry } from './setup.ts'
import { conflictOf, nextVersion, requestFault } from './write-rules.ts'

/** What writing needs besides the index. */
export interface WriteContext {
  readonly clock: Clock
  readonly ids: DocumentIds
}

interface Parsed {
  readonly seq: number
  readonly source: string
  readonly parsed: IndexedDocument
}

interface Target {
  readonly operation: DocumentWrite
  readonly id: string
  readonly known: KnownDocument | undefined
}

/**
 * Operations on an index within a transaction. One that fails leaves nothing behind; each sees
 * what those before it did.
 */
export class WriteBatch {
  readonly parsed: Parsed[] = []
  readonly #entry: IndexEntry
  readonly #open: OpenDocuments
  readonly #context: WriteContext
  #schema: IndexSchema
  #next: number
  #documents: number
  #gone = 0

  constructor(entry: IndexEntry, open: OpenDocuments, schema: IndexSchema, context: WriteContext) {
    this.#entry = entry
    this.#open = open
    this.#schema = schema
    this.#context = context
    this.#next = open.file.progress.next
    this.#documents = open.file.progress.documents
  }

  /** The mapping with what the documents brought along. */
  get schema(): IndexSchema {
    return this.#schema
  }

  /** Documents replaced or deleted. */
  get gone(): number {
    return this.#gone
  }

  /** What has changed in the progress of the file. */
  progress(): Partial<FileProgress> {
    if (this.#next === this.#open.file.progress.next) return {}
    return { next: this.#next, documents: this.#documents }
  }

  apply(operation: DocumentWrite): DocumentOutcome {
    const fault = requestFault(operation)
    if (fault !== undefined) return failed(operation, operation.id, fault)
    const id = operation.id ?? this.#context.ids.next(this.#context.clock.nowMs())
    const known = this.#open.documents.known(id)
    const target = { operation, id, known }
    try {
      return this.#carryOut(target)
    } catch (error) {
      if (!(error instanceof SearchFailure)) throw error
      return failed(operation, id, error.details)
    }
  }

  #carryOut(target: Target): DocumentOutcome {
    const { operation, id, known } = target
    const { action, source = '' } = operation
    switch (action) {
      case 'update':
        return this.#update(target, parseUpdate(source, operation.ifSeqNo))
      case 'index':
      case 'create':
      case 'delete': {
        const conflict = conflictOf(operation, id, known)
        if (conflict !== undefined) return failed(operation, id, conflict)
        return action === 'delete'
          ? this.#delete(target)
          : this.#put(target, source, operation.routing)
      }
      default:
        return action satisfies never
    }
  }

  #put({ operation, id, known }: Target, source: string, routing: string | undefined) {
    const { name: index, dataStream } = this.#entry
    const needsTimestamp = dataStream !== undefined
    const read = this.#schema.read({ index, id, routing, source, needsTimestamp })
    if (read.kind === 'failed') return failed(operation, id, read.failure)
    this.#schema = read.schema
    const seq = this.#next++
    const version = nextVersion(operation, known)
    this.#open.documents.put({ seq, id, routing, version, source }, known)
    this.parsed.push({ seq, source, parsed: read.document })
    const isNew = known === undefined || known.isDeleted
    if (isNew) this.#documents++
    else this.#gone++
    return this.#done(operation, id, { kind: isNew ? 'created' : 'updated', version, seq })
  }

  #delete({ operation, id, known }: Target): DocumentOutcome {
    const seq = this.#next++
    const version = nextVersion(operation, known)
    this.#open.documents.remove({ seq, id, version }, known, this.#context.clock.nowMs())
    const isThere = known?.isDeleted === false
    if (isThere) {
      this.#documents--
      this.#gone++
    }
    return this.#done(operation, id, { kind: isThere ? 'deleted' : 'not_found', version, seq })
  }

  #update(target: Target, body: UpdateBody): DocumentOutcome {
    const { operation, id, known } = target
    if (known === undefined || known.isDeleted) return this.#upsert(target, body)
    const conflict = conflictOf(operation, id, known)
    if (conflict !== undefined) return failed(operation, id, conflict)
    const before = this.#open.documents.row(known.seq)!
    const source = mergedSource(before.source, body)
    if (source === undefined) {
      const { seq, version } = known
      return this.#done(operation, id, { kind: 'noop', version, seq }, before.source)
    }
    return withSource(this.#put(target, source, before.routing), source)
  }

  #upsert(target: Target, { upsert }: UpdateBody): DocumentOutcome {
    const { operation, id } = target
    if (upsert === undefined) {
      return failed(operation, id, {
        type: 'document_missing_exception',
        reason: `[${id}]: document missing`,
        status: 404,
        index: operation.index,
      })
    }
    const source = JSON.stringify(upsert)
    return withSource(this.#put(target, source, operation.routing), source)
  }

  #done(
    { index }: DocumentWrite,
    id: string,
    done: {
      readonly kind: Exclude<DocumentOutcome['kind'], 'failed'>
      readonly version: number
      readonly seq: number
    },
    source?: string,
  ): DocumentOutcome {
    const { kind, version, seq: seqNo } = done
    return {
      kind,
      index,
      id,
      version,
      seqNo,
      primaryTerm: PRIMARY_TERM,
      ...(source !== undefined && { source }),
    }
  }
}

function withSource(outcome: DocumentOutcome, source: string): DocumentOutcome {
  return outcome.kind === 'failed' ? outcome : { ...outcome, source }
}

function failed(
  { index }: DocumentWrite,
  id: string | undefined,
  failure: FailureDetails,
): DocumentOutcome {
  return { kind: 'failed', index, id, failure }
}
