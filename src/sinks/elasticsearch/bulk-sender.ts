import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Clock } from '../../kernel/index.ts'
import { type BulkVerdict, judgeBulk } from './bulk-answer.ts'
import type { BulkDocument } from './bulk-document.ts'
import type { ClusterClient, WholeAnswer } from './cluster-client.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import { type PauseSettings, Pauses } from './pauses.ts'
import { lookAtTaken } from './taken-ids.ts'

const compress = promisify(gzip)

const PATH = '/_bulk?filter_path=errors,items.*.status,items.*.error'

/** What a sender tells of its work. */
export interface SenderEvents {
  /** Documents are in the cluster or, refused for good, among the dead letters. */
  settled(documents: number): void
  /** An attempt failed and will be repeated. */
  trouble(reason: string): void
  /** No node answered: what was set up may be gone when one does. */
  lost(): void
  /** A request of so many bytes was too large. */
  tooLarge(bytes: number): void
}

export interface SenderOptions {
  readonly client: ClusterClient
  readonly deadLetters: DeadLetters
  readonly compression: boolean
  readonly pauses: PauseSettings
  readonly clock: Clock
  readonly events: SenderEvents
  /** Resolves once the cluster is set up. */
  readonly ready: () => Promise<void>
}

/** Writes documents to the cluster and does not give up: each is written once, or a dead letter. */
export class BulkSender {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Resolves once every document is settled; rejects only when `signal` ends it. */
  async send(documents: readonly BulkDocument[], signal: AbortSignal): Promise<void> {
    const pauses = new Pauses(this.#options.pauses)
    const waiting = [documents]
    for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
      const left = await this.#attempt(group, pauses, signal)
      waiting.push(...left.toReversed().filter(({ length }) => length > 0))
    }
  }

  /** Sends documents once. Returns, in groups, those that are to be sent again. */
  async #attempt(
    documents: readonly BulkDocument[],
    pauses: Pauses,
    signal: AbortSignal,
  ): Promise<readonly (readonly BulkDocument[])[]> {
    const { client, events, ready } = this.#options
    await ready()
    const text = documents.map(({ lines }) => lines).join('')
    const answer = await client.request({ ...(await this.#bulkRequest(text)), signal })
    signal.throwIfAborted()
    if (answer.kind === 'no-answer') {
      events.lost()
      return this.#again(documents, answer.reason, pauses, signal)
    }
    const verdict = judgeBulk(answer.status, answer.text, documents.length)
    if (verdict.kind === 'retry') {
      return this.#again(documents, verdict.reason, pauses, signal, answer)
    }
    if (verdict.kind === 'split') {
      if (verdict.isTooLarge) events.tooLarge(Buffer.byteLength(text))
      return this.#split(documents, verdict.reason)
    }
    return this.#settle(documents, verdict, pauses, signal)
  }

  async #bulkRequest(text: string) {
    const headers = { 'content-type': 'application/x-ndjson' }
    if (!this.#options.compression)
      return { method: 'POST', path: PATH, body: text, headers } as const
    const body = await compress(text, { level: constants.Z_BEST_SPEED })
    return {
      method: 'POST',
      path: PATH,
      body,
      headers: { ...headers, 'content-encoding': 'gzip' },
    } as const
  }

  /** Half as many at once, down to the one that is to blame. */
  #split(documents: readonly BulkDocument[], reason: string): readonly (readonly BulkDocument[])[] {
    const [first, second] = documents
    if (first !== undefined && second === undefined) {
      this.#bury([{ document: first, reason }])
      return []
    }
    const half = Math.ceil(documents.length / 2)
    return [documents.slice(0, half), documents.slice(half)]
  }

  async #settle(
    documents: readonly BulkDocument[],
    { items }: Extract<BulkVerdict, { kind: 'items' }>,
    pauses: Pauses,
    signal: AbortSignal,
  ): Promise<readonly (readonly BulkDocument[])[]> {
    const judged = documents.map((document, place) => ({ document, item: items[place]! }))
    const dead = judged.flatMap(({ document, item }) =>
      item.kind === 'dead' ? [{ document, reason: item.reason }] : [],
    )
    const done = judged.filter(({ item }) => item.kind === 'done')
    const failed = judged.flatMap(({ document, item }) =>
      item.kind === 'retry' ? [{ document, reason: item.reason }] : [],
    )
    const taken = judged.filter(({ item }) => item.kind === 'exists')
    if (dead.length + done.length > 0) pauses.reset()
    this.#bury(dead)
    this.#options.events.settled(done.length)
    const unclear = await this.#settleTaken(
      taken.map(({ document }) => document),
      signal,
    )
    const again = [...failed.map(({ document }) => document), ...unclear]
    if (again.length === 0) return []
    const reason = failed[0]?.reason ?? 'documents whose id exists could not be looked at'
    return this.#again(again, reason, pauses, signal)
  }

  /** Returns the documents that nothing could be said about. */
  async #settleTaken(
    documents: readonly BulkDocument[],
    signal: AbortSignal,
  ): Promise<readonly BulkDocument[]> {
    if (documents.length === 0) return []
    const verdicts = await lookAtTaken(this.#options.client, documents, signal)
    if (verdicts === undefined) return documents
    const others = documents.filter((_, place) => verdicts[place] === 'other')
    this.#bury(others.map((document) => ({ document, reason: 'another document has this id' })))
    this.#options.events.settled(documents.length - others.length)
    return []
  }

  #bury(dead: readonly { readonly document: BulkDocument; readonly reason: string }[]): void {
    const letters = dead.map(
      ({ document: { origin, index, id, source }, reason }): DeadLetter => ({
        origin,
        index,
        id,
        reason,
        content: source,
      }),
    )
    this.#options.deadLetters.add(letters)
    this.#options.events.settled(letters.length)
  }

  async #again(
    documents: readonly BulkDocument[],
    reason: string,
    pauses: Pauses,
    signal: AbortSignal,
    answer?: WholeAnswer,
  ): Promise<readonly (readonly BulkDocument[])[]> {
    const { clock, events } = this.#options
    events.trouble(reason)
    const pauseMs = pauses.next(answer?.headers['retry-after'], clock.nowMs())
    await sleep(pauseMs, undefined, { signal })
    return [documents]
  }
}
