import { existsSync, readFileSync } from 'node:fs'
import type { RepositoryMeta } from '../../elastic/index.ts'
import { SnapshotRepository } from '../../store/index.ts'
import { writeDurably } from '../durable-file.ts'
import { onRepository, repositoryFailure, repositoryMissing } from './repository-failure.ts'
import { type ObjectsContext, repositoryObjects } from './repository-objects.ts'

type Metas = Readonly<Record<string, RepositoryMeta>>

/** The repositories that were put, kept in a file. */
export class RepositoryBook {
  readonly #file: string
  readonly #context: ObjectsContext
  #metas: Metas
  readonly #open = new Map<string, SnapshotRepository>()

  constructor(file: string, context: ObjectsContext) {
    this.#file = file
    this.#context = context
    this.#metas = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Metas) : {}
  }

  all(): Metas {
    return this.#metas
  }

  /**
   * The repository of that name.
   *
   * @throws SearchFailure when there is none, or it may not be used as it was put
   */
  get(name: string): SnapshotRepository {
    const known = this.#open.get(name)
    if (known !== undefined) return known
    const meta = Object.hasOwn(this.#metas, name) ? this.#metas[name] : undefined
    if (meta === undefined) throw repositoryMissing(name)
    const opened = this.#opened(name, meta)
    this.#open.set(name, opened)
    return opened
  }

  /**
   * The same, for changing what lies in it.
   *
   * @throws SearchFailure
   */
  writable(name: string): SnapshotRepository {
    const repository = this.get(name)
    if (this.#metas[name]?.settings.readonly !== 'true') return repository
    throw repositoryFailure(name, 'cannot be changed: it is a readonly repository')
  }

  /** @throws SearchFailure */
  async put(name: string, meta: RepositoryMeta, isVerified: boolean): Promise<void> {
    const repository = this.#opened(name, meta)
    if (isVerified) {
      await onRepository(name, async () => {
        if (meta.settings.readonly === 'true') await repository.names()
        else await repository.verify()
      })
    }
    this.#write({ ...this.#metas, [name]: meta })
    this.#open.set(name, repository)
  }

  remove(name: string): void {
    const others = Object.entries(this.#metas).filter(([other]) => other !== name)
    this.#write(Object.fromEntries(others))
    this.#open.delete(name)
  }

  #opened(name: string, meta: RepositoryMeta): SnapshotRepository {
    return new SnapshotRepository(repositoryObjects(name, meta, this.#context))
  }

  #write(metas: Metas): void {
    writeDurably(this.#file, JSON.stringify(metas))
    this.#metas = metas
  }
}
