import { setTimeout as sleep } from 'node:timers/promises'
import { openCursor } from '../../journal/index.ts'
import type { Clock, Logger } from '../../kernel/index.ts'
import {
  type BulkDocument,
  bulkDocument,
  DeadLetters,
  ElasticsearchSink,
} from '../../sinks/index.ts'
import { Checkpoint } from './checkpoint.ts'
import { type FollowedBatch, Follower } from './follower.ts'
import { makePipeline } from './make-pipeline.ts'
import { RemoteFrontier } from './remote-frontier.ts'
import { REMOTE_CURSOR, type RemoteSettings, type RemoteStatus } from './remote-settings.ts'
import { RemoteSlots } from './remote-slots.ts'

/** Bytes of journal entries read at once. */
const BATCH_BYTES = 4 << 20
/** Requests to the cluster under way at once. */
const REQUESTS = 2
/** Pause after a look that found little: single records are sent together. */
const IDLE_MS = 200

/** What other senders named an index is only followed so far. */
const OWN_INDEX = /^holysheep-/

interface Followed {
  readonly name: string
  readonly follower: Follower
  readonly frontier: RemoteFrontier
  readonly checkpoint: Checkpoint
}

interface Piece {
  readonly documents: readonly BulkDocument[]
  /** Position behind its last entry. */
  readonly next: number
}

/** Follows every journal and writes its records to the cluster, in a thread of its own. */
export class RemoteService {
  readonly #settings: RemoteSettings
  readonly #sink: ElasticsearchSink
  readonly #deadLetters: DeadLetters
  readonly #followed: readonly Followed[]
  readonly #slots = new RemoteSlots(REQUESTS)
  readonly #stopped = Promise.withResolvers<void>()
  readonly #waking = new AbortController()

  private constructor(
    settings: RemoteSettings,
    followed: readonly Followed[],
    context: { readonly clock: Clock; readonly logger: Logger },
  ) {
    const { access, config, folder } = settings
    this.#settings = settings
    this.#followed = followed
    this.#deadLetters = new DeadLetters({ folder, clock: context.clock })
    this.#sink = new ElasticsearchSink({
      settings: config.elasticsearch,
      access,
      deadLetters: this.#deadLetters,
      ...context,
    })
  }

  /** Begins to follow the journals from where the cursors stand. */
  static async open(
    settings: RemoteSettings,
    context: { readonly clock: Clock; readonly logger: Logger },
  ): Promise<RemoteService> {
    const pipeline = makePipeline(settings.config)
    const followed = await Promise.all(
      settings.journals.map(async (journal): Promise<Followed> => {
        const cursor = await openCursor(journal.folder, REMOTE_CURSOR)
        return {
          name: journal.name,
          follower: new Follower(journal, cursor.position, pipeline),
          frontier: new RemoteFrontier(cursor.position),
          checkpoint: new Checkpoint(cursor),
        }
      }),
    )
    const service = new RemoteService(settings, followed, context)
    void service.#follow()
    return service
  }

  async #follow(): Promise<void> {
    const { signal } = this.#waking
    try {
      while (!signal.aborted) {
        let most = 0
        for (const followed of this.#followed) most = Math.max(most, await this.#step(followed))
        if (most < BATCH_BYTES / 2) await sleep(IDLE_MS, undefined, { signal })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      this.#stopped.resolve()
    }
  }

  /** Sends one batch of a journal on its way; returns its bytes. */
  async #step(followed: Followed): Promise<number> {
    await followed.checkpoint.reached(followed.frontier.position)
    const batch = await followed.follower.next(BATCH_BYTES)
    if (batch === undefined) return 0
    for (const { documents, next } of this.#pieces(followed.name, batch)) {
      await this.#slots.begin(() => this.#write(followed, documents, next))
    }
    return batch.bytes
  }

  async #write(
    { frontier, checkpoint }: Followed,
    documents: readonly BulkDocument[],
    next: number,
  ): Promise<void> {
    const done = frontier.begin(next)
    try {
      await this.#sink.write(documents)
    } catch (error) {
      // what was not written is read again by the next start
      if (this.#waking.signal.aborted) return
      throw error
    }
    done()
    await checkpoint.reached(frontier.position)
  }

  /** Cuts a batch into requests. What is no record for the cluster becomes a dead letter. */
  *#pieces(journal: string, batch: FollowedBatch): Generator<Piece> {
    this.#deadLetters.add(
      batch.rejected.map(({ position, reason, bytes }) => ({
        origin: { journal, position },
        reason,
        content: bytes,
      })),
    )
    const { batch_documents: most, index_prefix: prefix } = this.#settings.config.elasticsearch
    let documents: BulkDocument[] = []
    let bytes = 0
    let next = 0
    for (const entry of batch.entries) {
      const document = bulkDocument(entry.stored, { journal, position: entry.position }, prefix)
      const size = Buffer.byteLength(document.lines)
      const isFull = documents.length >= most || bytes + size > this.#sink.batchBytes
      if (isFull && documents.length > 0) {
        yield { documents, next }
        documents = []
        bytes = 0
      }
      next = entry.next
      if (!this.#mayWrite(document)) continue
      documents.push(document)
      bytes += size
    }
    yield { documents, next: batch.next }
  }

  #mayWrite({ index, id, origin, source }: BulkDocument): boolean {
    if (OWN_INDEX.test(index)) return true
    const reason = 'records go to indices [holysheep-*] only'
    this.#deadLetters.add([{ origin, index, id, reason, content: source }])
    return false
  }

  status(): RemoteStatus {
    return {
      ...this.#sink.status(),
      positions: this.#followed.map(({ frontier }) => frontier.position),
      deadLetters: this.#deadLetters.counts(),
    }
  }

  /** Gives up what is under way, saves the cursors and closes the files. */
  async close(): Promise<void> {
    this.#waking.abort()
    await this.#sink.close()
    await this.#stopped.promise
    await this.#slots.idle()
    for (const { checkpoint, follower, frontier } of this.#followed) {
      await checkpoint.reached(frontier.position)
      await checkpoint.save()
      await follower.close()
    }
    this.#deadLetters.close()
  }
}
