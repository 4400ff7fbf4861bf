import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type {
  Indices,
  RepositoryMeta,
  RestoreRequest,
  SnapshotContent,
  SnapshotRequest,
  Snapshots,
  SnapshotView,
} from '../../elastic/index.ts'
import { type Clock, type Config, type Logger, messageOf } from '../../kernel/index.ts'
import { SearchFailure } from '../../search/index.ts'
import {
  REPOSITORY_FORMAT,
  type SnapshotManifest,
  type SnapshotRepository,
} from '../../store/index.ts'
import { type LogStore, type RestoredIndices, Turns } from '../log/index.ts'
import { RepositoryBook } from './repository-book.ts'
import { onRepository, repositoryFailure, repositoryMissing } from './repository-failure.ts'
import { RunningSnapshot } from './running-snapshot.ts'
import { SnapshotRestorer } from './snapshot-restorer.ts'
import { logNames, snapshotView } from './snapshot-view.ts'
import { SnapshotWriter } from './snapshot-writer.ts'

export interface StoreSnapshotsOptions {
  readonly store: LogStore
  readonly storeFolder: string
  readonly indices: Indices
  readonly documents: RestoredIndices
  readonly config: Config['snapshots']
  /** Identity of the data folder. */
  readonly installation: string
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
}

const STAGING = 'snapshot'
const BOOK = 'snapshot-repositories.json'
/** Manifests read at a time. */
const READS = 16

/** Takes snapshots of the running store and puts them back. One at a time. */
export class StoreSnapshots implements Snapshots {
  readonly #options: StoreSnapshotsOptions
  readonly #book: RepositoryBook
  readonly #staging: string
  readonly #turns = new Turns()
  readonly #closing = new AbortController()
  #running: RunningSnapshot | undefined

  constructor(options: StoreSnapshotsOptions) {
    this.#options = options
    const { storeFolder, config, clock } = options
    this.#staging = join(storeFolder, STAGING)
    // what a crash has left of copies under way
    rmSync(this.#staging, { recursive: true, force: true })
    mkdirSync(this.#staging, { recursive: true })
    const context = { config, clock, signal: this.#closing.signal }
    this.#book = new RepositoryBook(join(storeFolder, BOOK), context)
  }

  repositories(): Readonly<Record<string, RepositoryMeta>> {
    return this.#book.all()
  }

  async putRepository(name: string, meta: RepositoryMeta, isVerified: boolean): Promise<void> {
    this.#refuseInUse(name)
    await this.#book.put(name, meta, isVerified)
  }

  deleteRepository(name: string): void {
    this.#refuseInUse(name)
    if (!Object.hasOwn(this.#book.all(), name)) throw repositoryMissing(name)
    this.#book.remove(name)
  }

  #refuseInUse(name: string): void {
    if (this.#running?.repository !== name) return
    throw repositoryFailure(
      name,
      'trying to modify or unregister repository that is currently used',
    )
  }

  async verifyRepository(name: string): Promise<void> {
    const repository = this.#book.get(name)
    await onRepository(name, () => repository.verify())
  }

  async cleanUp(name: string) {
    const repository = this.#book.writable(name)
    return await this.#turns.take(() => onRepository(name, () => repository.cleanUp()))
  }

  async list(repository: string): Promise<readonly SnapshotView[]> {
    const opened = this.#book.get(repository)
    const found = await onRepository(repository, () => manifests(opened))
    const views = found.map((manifest) => snapshotView(repository, manifest))
    const running = this.#running
    if (running?.repository !== repository) return views
    return [...views, running.view(this.#options.version)]
  }

  async create(repository: string, request: SnapshotRequest) {
    const opened = this.#book.writable(repository)
    const { name } = request
    const { clock, indices } = this.#options
    if (this.#running !== undefined) throw concurrent(repository, name)
    const logs = await indices.logIndices()
    const existing = await onRepository(repository, () => opened.names())
    if (existing.includes(name)) throw nameInUse(repository, name)
    if (this.#running !== undefined) throw concurrent(repository, name)
    const started = { uuid: newUuid(), startMs: clock.nowMs() }
    const running = new RunningSnapshot(repository, request, started, logs)
    this.#running = running
    void this.#turns.take(() => this.#run(opened, running))
    return { done: running.finished.promise }
  }

  async #run(repository: SnapshotRepository, running: RunningSnapshot): Promise<void> {
    const { logger } = this.#options
    const { name } = running.request
    const place = { repository: running.repository, snapshot: name }
    let manifest: SnapshotManifest
    try {
      manifest = await this.#taken(repository, running)
      logger.info({ ...place, bytes: manifest.addedBytes }, 'snapshot taken')
    } catch (error) {
      const failure = messageOf(error)
      logger.error({ ...place, reason: failure }, 'snapshot failed')
      manifest = this.#failed(running, failure)
      if (!running.signal.aborted) await repository.putManifest(manifest).catch(() => undefined)
    }
    this.#running = undefined
    running.finished.resolve(snapshotView(running.repository, manifest))
  }

  async #taken(
    repository: SnapshotRepository,
    running: RunningSnapshot,
  ): Promise<SnapshotManifest> {
    const { store, storeFolder, indices, installation, version, clock } = this.#options
    const [state, clusterSettings] = await Promise.all([indices.state(), indices.clusterSettings()])
    const source = {
      copies: store.copies,
      storeFolder,
      staging: this.#staging,
      installation,
      version,
      state: state!,
      clusterSettings,
    }
    const { uuid, startMs, request, signal } = running
    const progress = (done: number) => running.progress(done)
    const work = { uuid, startMs, request, signal, progress }
    return await new SnapshotWriter(repository, source, work).take(() => clock.nowMs())
  }

  #failed({ uuid, startMs, request }: RunningSnapshot, failure: string): SnapshotManifest {
    const { version, installation, clock } = this.#options
    return {
      format: REPOSITORY_FORMAT,
      snapshot: request.name,
      uuid,
      version,
      installation,
      startMs,
      endMs: clock.nowMs(),
      failure,
      includesGlobalState: request.includesGlobalState,
      journals: [],
      days: [],
      indices: [],
      streams: [],
      logAliases: {},
      addedBytes: 0,
      addedFiles: 0,
    }
  }

  async remove(repository: string, names: readonly string[]): Promise<void> {
    const opened = this.#book.writable(repository)
    const running = this.#running
    if (running?.repository === repository && names.includes(running.request.name)) {
      running.abort()
      await running.finished.promise
    }
    await this.#turns.take(() => onRepository(repository, () => opened.remove(names)))
  }

  async content(repository: string, name: string): Promise<SnapshotContent | undefined> {
    const opened = this.#book.get(repository)
    const manifest = await onRepository(repository, () => opened.manifest(name))
    return (
      manifest && {
        uuid: manifest.uuid,
        logs: manifest.days.flatMap(logNames),
        indices: manifest.indices.map((index) => index.name),
        streams: manifest.streams,
      }
    )
  }

  async restore(repository: string, request: RestoreRequest): Promise<void> {
    const opened = this.#book.get(repository)
    const { store, indices, documents, installation, logger } = this.#options
    const target = {
      copies: store.copies,
      documents,
      indices,
      staging: this.#staging,
      installation,
    }
    await this.#turns.take(() =>
      onRepository(repository, async () => {
        const manifest = await opened.manifest(request.name)
        if (manifest === undefined) throw repositoryFailure(repository, 'snapshot is gone')
        const restorer = new SnapshotRestorer(opened, target, manifest, repository)
        await restorer.restore(request)
      }),
    )
    await store.refresher.look()
    logger.info({ repository, snapshot: request.name }, 'snapshot restored')
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#running?.abort()
    this.#closing.abort(new Error('the store is being closed'))
    await this.#turns.take(async () => {})
  }
}

async function manifests(repository: SnapshotRepository): Promise<readonly SnapshotManifest[]> {
  const names = await repository.names()
  const found: SnapshotManifest[] = []
  for (let start = 0; start < names.length; start += READS) {
    const some = names.slice(start, start + READS)
    const read = await Promise.all(some.map((name) => repository.manifest(name)))
    found.push(...read.filter((manifest) => manifest !== undefined))
  }
  return found.sort((a, b) => a.startMs - b.startMs)
}

function newUuid(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
}

function concurrent(repository: string, name: string): SearchFailure {
  return new SearchFailure({
    type: 'concurrent_snapshot_execution_exception',
    reason: `[${repository}:${name}] a snapshot is already running`,
    status: 503,
  })
}

function nameInUse(repository: string, name: string): SearchFailure {
  return new SearchFailure({
    type: 'snapshot_name_already_in_use_exception',
    reason: `[${repository}:${name}] Invalid snapshot name [${name}], snapshot with the same name already exists`,
    status: 400,
  })
}
