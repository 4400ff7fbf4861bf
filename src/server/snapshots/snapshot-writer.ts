import { rm } from 'node:fs/promises'
import type { SnapshotRequest } from '../../elastic/index.ts'
import type { IndexState } from '../../search/index.ts'
import {
  documentsFile,
  type GlobalState,
  REPOSITORY_FORMAT,
  type SnapshotDay,
  type SnapshotFile,
  type SnapshotIndex,
  type SnapshotManifest,
  type SnapshotRepository,
} from '../../store/index.ts'
import type { DayCopies, HeldDay, HeldStore } from '../log/index.ts'

/** What a snapshot is of, besides days and documents. */
export interface SnapshotSource {
  readonly copies: DayCopies
  readonly storeFolder: string
  /** Folder for copies under way. */
  readonly staging: string
  /** Identity of the data folder. */
  readonly installation: string
  readonly version: string
  readonly state: IndexState
  readonly clusterSettings: Readonly<Record<string, string | undefined>>
}

/** A snapshot while it is being taken. */
export interface SnapshotWork {
  readonly uuid: string
  readonly startMs: number
  readonly request: SnapshotRequest
  readonly signal: AbortSignal
  /** Told of each index or day that is done. */
  progress(indices: number): void
}

interface Copied extends Pick<HeldStore, 'journals'> {
  readonly days: SnapshotDay[]
  readonly indices: SnapshotIndex[]
}

/** Copies the store into a repository; only what is not there yet is sent. */
export class SnapshotWriter {
  readonly #repository: SnapshotRepository
  readonly #source: SnapshotSource
  readonly #work: SnapshotWork
  #addedBytes = 0
  #addedFiles = 0

  constructor(repository: SnapshotRepository, source: SnapshotSource, work: SnapshotWork) {
    this.#repository = repository
    this.#source = source
    this.#work = work
  }

  /** Takes the snapshot; it is there once this resolves. */
  async take(nowMs: () => number): Promise<SnapshotManifest> {
    const { copies, storeFolder } = this.#source
    const { days, indices } = this.#work.request
    await this.#repository.begin()
    const known = await this.#knownDays()
    const files = indices.map(({ uuid }) => [uuid, documentsFile(storeFolder, uuid)] as const)
    const copied = await copies.during(days, files, (held) => this.#copy(held, known))
    const manifest = { ...this.#description(copied), endMs: nowMs() }
    this.#work.signal.throwIfAborted()
    await this.#repository.putManifest(manifest)
    return manifest
  }

  /** Days that the repository has, by what is in them. */
  async #knownDays(): Promise<ReadonlyMap<string, SnapshotDay>> {
    const known = new Map<string, SnapshotDay>()
    for (const name of await this.#repository.names()) {
      this.#work.signal.throwIfAborted()
      const manifest = await this.#repository.manifest(name).catch(() => undefined)
      if (manifest?.installation !== this.#source.installation) continue
      for (const day of manifest.days) known.set(contentKey(day), day)
    }
    return known
  }

  async #copy(held: HeldStore, known: ReadonlyMap<string, SnapshotDay>): Promise<Copied> {
    // those that are written to first: their logs grow until they are copied
    const ordered = [...held.days].sort((a, b) => rank(a) - rank(b))
    const days: SnapshotDay[] = []
    for (const day of ordered) {
      const same = known.get(contentKey(day))
      const isThere = same !== undefined && this.#isThere(same)
      days.push(isThere ? same : await this.#copyDay(day))
      this.#work.progress(days.at(-1)!.prefixes.length)
    }
    const indices: SnapshotIndex[] = []
    for (const meta of this.#work.request.indices) {
      indices.push(await this.#copyIndex(meta, held))
      this.#work.progress(1)
    }
    days.sort((a, b) => (a.day < b.day ? -1 : 1))
    return { days, indices, journals: held.journals }
  }

  #isThere({ columns, text }: SnapshotDay): boolean {
    return this.#repository.has(columns) && this.#repository.has(text)
  }

  async #copyDay(held: HeldDay): Promise<SnapshotDay> {
    const { day, positions, edition } = held
    const prefixes = await held.prefixes()
    const text = await this.#store(`${day}.text`, (target) => held.copyText(target))
    const columnsPath = await held.copyColumns()
    const columns = await this.#put(columnsPath)
    return { day, prefixes: [...prefixes], positions: [...positions], edition, columns, text }
  }

  async #copyIndex(
    meta: SnapshotRequest['indices'][number],
    held: HeldStore,
  ): Promise<SnapshotIndex> {
    const { uuid, name, createdMs, rolledOverMs, isOpen, dataStream } = meta
    const documents = held.documents.get(uuid)!
    const { documents: count, next } = documents.progress()
    const file = await this.#store(`${uuid}.documents`, (target) => documents.copy(target))
    documents.release()
    return {
      name,
      uuid,
      createdMs,
      ...(rolledOverMs !== undefined && { rolledOverMs }),
      settings: mutable(meta.settings),
      aliases: mutable(meta.aliases),
      isOpen,
      ...(dataStream !== undefined && { dataStream }),
      documents: count,
      next,
      file,
    }
  }

  /** Copies something into a file of its own, stores that and takes it away. */
  async #store(name: string, copy: (target: string) => Promise<void>): Promise<SnapshotFile> {
    const target = `${this.#source.staging}/${name}`
    await copy(target)
    return await this.#put(target)
  }

  async #put(path: string): Promise<SnapshotFile> {
    try {
      this.#work.signal.throwIfAborted()
      const { file, addedBytes } = await this.#repository.putFile(path)
      this.#addedBytes += addedBytes
      if (addedBytes > 0) this.#addedFiles++
      return file
    } finally {
      await rm(path, { force: true })
    }
  }

  #description({ days, indices, journals }: Copied): Omit<SnapshotManifest, 'endMs'> {
    const { request, uuid, startMs } = this.#work
    const { state, installation, version } = this.#source
    const taken = new Set(indices.map(({ name }) => name))
    return {
      format: REPOSITORY_FORMAT,
      snapshot: request.name,
      uuid,
      version,
      installation,
      startMs,
      ...(request.metadata !== undefined && { metadata: mutable(request.metadata) }),
      includesGlobalState: request.includesGlobalState,
      journals: [...journals],
      days,
      indices,
      streams: state.dataStreams
        .filter((stream) => stream.indices.every((index) => taken.has(index)))
        .map(mutable),
      logAliases: mutable(state.logAliases),
      ...(request.includesGlobalState && { global: this.#globalState() }),
      addedBytes: this.#addedBytes,
      addedFiles: this.#addedFiles,
    }
  }

  #globalState(): GlobalState {
    const { state, clusterSettings } = this.#source
    const { templates, componentTemplates, legacyTemplates, policies } = state
    const settings = Object.entries(clusterSettings).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return mutable({
      templates,
      componentTemplates,
      legacyTemplates,
      policies: Object.fromEntries(
        Object.entries(policies).map(([name, { policy }]) => [name, policy]),
      ),
      settings: Object.fromEntries(settings),
    })
  }
}

/** Tells what is in a day: equal for two copies of the same installation with the same records. */
function contentKey({
  day,
  positions,
  edition,
}: Pick<SnapshotDay, 'day' | 'edition'> & Pick<HeldDay, 'positions'>): string {
  const applied = positions.map(({ journal, next, rows }) => [journal, next, rows])
  return JSON.stringify([day, edition, applied])
}

function rank({ state }: HeldDay): number {
  return state === 'sealed' ? 1 : 0
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T

/** What the manifest is made of is read from JSON, and JSON is what it becomes. */
function mutable<T>(value: T): Mutable<T> {
  return structuredClone(value) as Mutable<T>
}
