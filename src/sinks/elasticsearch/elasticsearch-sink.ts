import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Config, Logger } from '../../kernel/index.ts'
import type { BulkDocument } from './bulk-document.ts'
import { BulkSender } from './bulk-sender.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { ClusterClient } from './cluster-client.ts'
import type { DeadLetters } from './dead-letters.ts'
import { deleteOldIndices } from './own-retention.ts'
import { type PauseSettings, Pauses } from './pauses.ts'
import type { Product } from './product.ts'
import { setUp } from './set-up.ts'

export interface ElasticsearchSinkOptions {
  readonly settings: Config['elasticsearch']
  readonly access: ClusterAccess
  readonly deadLetters: DeadLetters
  readonly clock: Clock
  readonly logger: Logger
  readonly pauses?: PauseSettings
}

/** Why nothing gets on, and since when. */
export interface Trouble {
  readonly reason: string
  readonly sinceMs: number
}

export interface SinkStatus {
  /** Undefined until the cluster has answered. */
  readonly product: Product | undefined
  /** Documents settled since the start. */
  readonly settled: number
  readonly trouble: Trouble | undefined
}

const PAUSES: PauseSettings = { firstMs: 250, longestMs: 30_000, random: Math.random }
const MIB = 2 ** 20
const SMALLEST_BATCH_BYTES = 64 * 1024
const RETENTION_LOOK_MS = 3_600_000

/** Writes records to an Elasticsearch or OpenSearch cluster, each once. */
export class ElasticsearchSink {
  readonly #options: ElasticsearchSinkOptions
  readonly #client: ClusterClient
  readonly #sender: BulkSender
  readonly #closing = new AbortController()
  readonly #retention: NodeJS.Timeout
  #setUp: Promise<void> | undefined
  #product: Product | undefined
  #trouble: Trouble | undefined
  #settled = 0
  #batchBytes: number

  constructor(options: ElasticsearchSinkOptions) {
    const { access, clock, settings, deadLetters } = options
    this.#options = options
    this.#client = new ClusterClient(access, clock)
    this.#batchBytes = settings.batch_mb * MIB
    this.#sender = new BulkSender({
      client: this.#client,
      deadLetters,
      compression: settings.compression,
      pauses: options.pauses ?? PAUSES,
      clock,
      ready: () => this.#ready(),
      events: {
        settled: (documents) => {
          this.#settled += documents
          if (documents > 0) this.#well()
        },
        trouble: (reason) => this.#failing(reason),
        lost: () => {
          this.#setUp = undefined
        },
        tooLarge: (bytes) => this.#shrink(bytes),
      },
    })
    this.#retention = setInterval(() => void this.#applyRetention(), RETENTION_LOOK_MS)
    this.#retention.unref()
    // a failure is told by `status`; whoever sends waits for it
    this.#ready().catch(() => undefined)
  }

  /** Bytes that one request may have before it is packed; less once some were too many. */
  get batchBytes(): number {
    return this.#batchBytes
  }

  /**
   * Resolves once every document is in the cluster or, refused for good, a dead letter. Rejects
   * only when the sink is closed.
   */
  async write(documents: readonly BulkDocument[]): Promise<void> {
    await this.#sender.send(documents, this.#closing.signal)
  }

  status(): SinkStatus {
    return { product: this.#product, settled: this.#settled, trouble: this.#trouble }
  }

  /** Resolves once the cluster is set up, however long that takes. */
  #ready(): Promise<void> {
    this.#setUp ??= this.#setUpUntilDone()
    return this.#setUp
  }

  async #setUpUntilDone(): Promise<void> {
    const { settings, logger, clock } = this.#options
    const { signal } = this.#closing
    const pauses = new Pauses(this.#options.pauses ?? PAUSES)
    for (;;) {
      const result = await setUp({ client: this.#client, settings, logger }, signal)
      signal.throwIfAborted()
      if (result.kind === 'ready') {
        this.#product = result.product
        this.#well()
        void this.#applyRetention()
        return
      }
      this.#failing(result.reason)
      await sleep(pauses.next(undefined, clock.nowMs()), undefined, { signal })
    }
  }

  async #applyRetention(): Promise<void> {
    if (this.#product?.lifecycle !== 'own') return
    const { settings, clock, logger } = this.#options
    await deleteOldIndices(this.#client, settings.retention_days, clock.nowMs(), logger)
  }

  #failing(reason: string): void {
    const { clock, logger } = this.#options
    if (this.#trouble === undefined) logger.warn({ reason }, 'cluster takes no records, trying on')
    this.#trouble = { reason, sinceMs: this.#trouble?.sinceMs ?? clock.nowMs() }
  }

  #well(): void {
    if (this.#trouble === undefined) return
    const afterMs = this.#options.clock.nowMs() - this.#trouble.sinceMs
    this.#options.logger.info({ after_ms: afterMs }, 'cluster takes records again')
    this.#trouble = undefined
  }

  #shrink(bytes: number): void {
    this.#batchBytes = Math.max(SMALLEST_BATCH_BYTES, Math.min(this.#batchBytes, bytes / 2))
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#retention)
    this.#closing.abort()
    await this.#client.close()
  }
}
