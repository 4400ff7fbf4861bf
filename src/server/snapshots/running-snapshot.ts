import type { SnapshotRequest, SnapshotView } from '../../elastic/index.ts'
import { indexName } from '../../record/index.ts'
import type { IndexEntry } from '../../search/index.ts'

const NOTHING = { files: 0, bytes: 0 } as const

/** A snapshot that is being taken. */
export class RunningSnapshot {
  readonly uuid: string
  readonly startMs: number
  readonly repository: string
  readonly request: SnapshotRequest
  readonly #aborting = new AbortController()
  readonly #indices: readonly string[]
  #done = 0
  /** Resolves with what became of it. */
  readonly finished = Promise.withResolvers<SnapshotView>()

  constructor(
    repository: string,
    request: SnapshotRequest,
    started: { readonly uuid: string; readonly startMs: number },
    logs: readonly IndexEntry[],
  ) {
    this.repository = repository
    this.request = request
    this.uuid = started.uuid
    this.startMs = started.startMs
    const days = new Set(request.days)
    this.#indices = [
      ...logs
        .filter(({ day }) => days.has(day.day))
        .map((log) => indexName(log.prefix, log.day.day)),
      ...request.indices.map(({ name }) => name),
    ]
  }

  get signal(): AbortSignal {
    return this.#aborting.signal
  }

  abort(): void {
    this.#aborting.abort(new Error('the snapshot was aborted'))
  }

  progress(indices: number): void {
    this.#done += indices
  }

  view(version: string): SnapshotView {
    const { name, includesGlobalState, metadata } = this.request
    return {
      repository: this.repository,
      name,
      uuid: this.uuid,
      version,
      state: 'IN_PROGRESS',
      indices: this.#indices,
      dataStreams: [],
      includesGlobalState,
      ...(metadata !== undefined && { metadata }),
      startMs: this.startMs,
      endMs: 0,
      done: Math.min(this.#done, this.#indices.length),
      total: NOTHING,
      added: NOTHING,
      sizes: Object.fromEntries(this.#indices.map((index) => [index, NOTHING])),
    }
  }
}
