import { rm } from 'node:fs/promises'
import type { Indices, RestoreRequest } from '../../elastic/index.ts'
import { type AliasMeta, SearchFailure } from '../../search/index.ts'
import type {
  Done,
  RestoredIndex,
  SnapshotDay,
  SnapshotIndex,
  SnapshotManifest,
  SnapshotRepository,
} from '../../store/index.ts'
import type { DayCopies, RestoredIndices } from '../log/index.ts'
import { logNames } from './snapshot-view.ts'

export interface RestoreTarget {
  readonly copies: DayCopies
  readonly documents: RestoredIndices
  readonly indices: Indices
  /** Folder for files under way. */
  readonly staging: string
  /** Identity of the data folder. */
  readonly installation: string
}

/** Puts a snapshot, or some of it, back into the running store. */
export class SnapshotRestorer {
  readonly #repository: SnapshotRepository
  readonly #target: RestoreTarget
  readonly #manifest: SnapshotManifest
  readonly #place: string

  constructor(
    repository: SnapshotRepository,
    target: RestoreTarget,
    manifest: SnapshotManifest,
    repositoryName: string,
  ) {
    this.#repository = repository
    this.#target = target
    this.#manifest = manifest
    this.#place = `[${repositoryName}:${manifest.snapshot}/${manifest.uuid}]`
  }

  /**
   * Restores; nothing is changed when a name is taken.
   *
   * @throws SearchFailure
   */
  async restore(request: RestoreRequest): Promise<void> {
    const days = this.#manifest.days.filter((day) =>
      logNames(day).some((name) => request.logs.includes(name)),
    )
    await this.#refuseExisting(days, request)
    if (request.includesGlobalState) await this.#restoreSetup()
    await this.#restoreDays(days)
    for (const { from, to } of request.indices) {
      const index = this.#manifest.indices.find(({ name }) => name === from)!
      await this.#restoreIndex(index, to, request)
    }
    await this.#restoreStreams(request)
    if (request.includesAliases) await this.#restoreLogAliases(days)
  }

  async #refuseExisting(days: readonly SnapshotDay[], request: RestoreRequest): Promise<void> {
    const [state, logs] = await Promise.all([
      this.#target.indices.state(),
      this.#target.indices.logIndices(),
    ])
    const existing = new Set(logs.map(({ day }) => day.day))
    for (const day of days) if (existing.has(day.day)) throw this.#dayExists(day)
    const names = new Set(state?.indices.map(({ name }) => name))
    const taken = request.indices.find(({ to }) => names.has(to))
    if (taken === undefined) return
    throw this.#failure(
      `cannot restore index [${taken.to}] because an index with same name already exists in the cluster. Either delete the existing index or restore the index under a different name by providing a rename pattern and replacement name`,
    )
  }

  #dayExists(day: SnapshotDay): SearchFailure {
    const names = logNames(day).map((name) => `[${name}]`)
    return this.#failure(
      `cannot restore ${names.join(', ')} because there are log indices of the day [${day.day}] already: they share its files, delete them first`,
    )
  }

  #failure(reason: string): SearchFailure {
    return new SearchFailure({
      type: 'snapshot_restore_exception',
      reason: `${this.#place} ${reason}`,
      status: 500,
    })
  }

  async #restoreDays(days: readonly SnapshotDay[]): Promise<void> {
    if (days.length === 0) return
    const { copies } = this.#target
    try {
      for (const { day, columns, text } of days) {
        const files = copies.restoring(day)
        await this.#repository.getFile(columns, files.columns)
        await this.#repository.getFile(text, files.text)
      }
      const [existing] = await copies.place({
        days: days.map(({ day }) => day),
        positions: (await this.#isOwn()) ? 'own' : 'foreign',
        journals: this.#manifest.journals,
      })
      const found = days.find(({ day }) => day === existing)
      if (found !== undefined) throw this.#dayExists(found)
    } finally {
      for (const { day } of days) {
        const { columns, text } = copies.restoring(day)
        for (const path of [columns, `${columns}.wal`, text, `${text}-wal`, `${text}-shm`]) {
          await rm(path, { force: true })
        }
      }
    }
  }

  /** Whether the journals are those that the days were made from. */
  async #isOwn(): Promise<boolean> {
    if (this.#manifest.installation !== this.#target.installation) return false
    const now = await this.#target.copies.journals()
    return this.#manifest.journals.every(({ name, number, position }) =>
      now.some((own) => own.name === name && own.number === number && own.position >= position),
    )
  }

  async #restoreIndex(
    index: SnapshotIndex,
    name: string,
    { includesAliases }: RestoreRequest,
  ): Promise<void> {
    const path = `${this.#target.staging}/${index.uuid}.restored`
    await this.#repository.getFile(index.file, path)
    const entry: RestoredIndex = {
      name,
      createdMs: index.createdMs,
      ...(index.rolledOverMs !== undefined && { rolledOverMs: index.rolledOverMs }),
      settings: index.settings,
      aliases: includesAliases ? (index.aliases as Readonly<Record<string, AliasMeta>>) : {},
      isOpen: index.isOpen,
    }
    try {
      this.#accept(await this.#target.documents.restoreIndex(entry, path))
    } finally {
      await rm(path, { force: true })
    }
  }

  /** A data stream of which all indices came back under their names is one again. */
  async #restoreStreams({ indices }: RestoreRequest): Promise<void> {
    const back = new Set(indices.filter(({ from, to }) => from === to).map(({ to }) => to))
    for (const stream of this.#manifest.streams) {
      if (!stream.indices.every((index) => back.has(index))) continue
      this.#accept(await this.#target.documents.restoreStream(stream))
    }
  }

  async #restoreSetup(): Promise<void> {
    const { global } = this.#manifest
    if (global === undefined) {
      throw this.#failure(
        'cannot restore global state since the snapshot was created without global state',
      )
    }
    const { indices } = this.#target
    for (const [name, policy] of Object.entries(global.policies)) {
      this.#accept(await indices.putPolicy(name, policy))
    }
    const kinds = [
      ['component', global.componentTemplates],
      ['index', global.templates],
      ['legacy', global.legacyTemplates],
    ] as const
    for (const [kind, templates] of kinds) {
      for (const [name, body] of Object.entries(templates)) {
        this.#accept(await indices.putTemplate(kind, name, body, false))
      }
    }
    this.#accept(await indices.putClusterSettings(global.settings))
  }

  async #restoreLogAliases(days: readonly SnapshotDay[]): Promise<void> {
    const { logAliases } = this.#manifest
    const actions = days
      .flatMap(logNames)
      .flatMap((index) =>
        Object.entries(Object.hasOwn(logAliases, index) ? logAliases[index]! : {}).map(
          ([alias, meta]) => ({ kind: 'add', index, alias, meta: meta as AliasMeta }) as const,
        ),
      )
    if (actions.length > 0) this.#accept(await this.#target.indices.updateAliases(actions))
  }

  #accept<T>(done: Done<T>): T {
    if (done.ok) return done.value
    throw new SearchFailure(done.failure)
  }
}
