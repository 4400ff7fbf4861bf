import { type Logger, messageOf, type Remote } from '../../kernel/index.ts'
import type { ColumnsService } from './columns-service.ts'
import type { DocumentsService } from './documents-service.ts'
import { Turns } from './turns.ts'

interface IndexRefresherOptions {
  readonly documents: Pick<
    Remote<DocumentsService>,
    'changed' | 'dropped' | 'packedChanges' | 'applied' | 'reconcile'
  >
  readonly columns: Pick<Remote<ColumnsService>, 'applyIndex' | 'dropIndex' | 'indexTables'>
  readonly logger: Logger
}

/** Per index (uuid) the sequence number to read at: `row <= S AND (gone IS NULL OR gone > S)`. */
type Held = ReadonlyMap<string, number>

/** Documents moved over at a time; larger messages would hold up the threads on both sides. */
const BATCH_ROWS = 1000

/** Before anything was moved over. */
const NOTHING = -1

interface Moving {
  readonly turns: Turns
  /** A refresh that has not begun: whoever asks meanwhile waits for it too. */
  waiting: Promise<void> | undefined
  /** Sequence number that the columns are at. */
  position: number
  /** Sequence numbers that readers hold, with how many do. */
  readonly holds: Map<number, number>
  /** Whether documents may be kept that a hold, released since, wanted. */
  isStale: boolean
}

/**
 * Moves the changes of document indices to their columns, so that searches see them: now and then
 * by itself, and when asked. Knows which older states are still being read and keeps them.
 */
export class IndexRefresher {
  readonly #options: IndexRefresherOptions
  readonly #indices = new Map<string, Moving>()
  readonly #held = new Set<Held>()
  #looking: Promise<void> | undefined

  private constructor(options: IndexRefresherOptions) {
    this.#options = options
  }

  /** Starts with what both engines have; columns that lack something are made again. */
  static async open(options: IndexRefresherOptions): Promise<IndexRefresher> {
    const refresher = new IndexRefresher(options)
    const { documents, columns } = options
    const tables = await columns.indexTables()
    const positions = tables.map(({ uuid, upTo }) => [uuid, upTo] as const)
    const kept = new Set(await documents.reconcile(positions))
    for (const [uuid, position] of positions) {
      if (kept.has(uuid)) refresher.#moving(uuid).position = position
      else await columns.dropIndex(uuid)
    }
    return refresher
  }

  /**
   * Makes everything findable that was written to the indices (uuid) before the call.
   * Calls for the same index that come while one waits share it.
   */
  async refresh(uuids: readonly string[]): Promise<void> {
    await Promise.all(uuids.map((uuid) => this.#refreshIndex(uuid)))
  }

  /** Looks once for indices that changed or were deleted, and brings their columns up to date. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Looks now and every `everyMs`, for as long as the process lives. Returns what ends it. */
  every(everyMs: number): () => void {
    const look = () => {
      this.look().catch((error: unknown) => {
        this.#options.logger.error({ reason: messageOf(error) }, 'refreshing indices failed')
      })
    }
    const timer = setInterval(look, everyMs)
    timer.unref()
    look()
    return () => clearInterval(timer)
  }

  /** Holds the state that the columns of the indices (uuid) are in now, until it is released. */
  async hold(uuids: readonly string[]): Promise<Held> {
    const held = new Map(uuids.map((uuid) => [uuid, this.#moving(uuid).position]))
    for (const [uuid, position] of held) {
      const { holds } = this.#moving(uuid)
      holds.set(position, (holds.get(position) ?? 0) + 1)
    }
    this.#held.add(held)
    return held
  }

  /** Ends a hold; one that has ended already is passed over. */
  async release(held: Held): Promise<void> {
    if (!this.#held.delete(held)) return
    for (const [uuid, position] of held) letGo(this.#indices.get(uuid), position)
  }

  /** Waits for what is being moved over. */
  async close(): Promise<void> {
    await this.#looking?.catch(() => undefined)
    await Promise.all([...this.#indices.values()].map(({ turns }) => turns.take(async () => {})))
  }

  async #look(): Promise<void> {
    const { documents, columns } = this.#options
    for (const uuid of await documents.dropped()) {
      await this.#moving(uuid).turns.take(() => columns.dropIndex(uuid))
      this.#indices.delete(uuid)
    }
    await this.refresh(await documents.changed())
    for (const [uuid, moving] of this.#indices) {
      if (moving.isStale) await moving.turns.take(() => this.#forget(uuid, moving))
    }
  }

  #refreshIndex(uuid: string): Promise<void> {
    const moving = this.#moving(uuid)
    moving.waiting ??= moving.turns.take(() => {
      moving.waiting = undefined
      return this.#move(uuid, moving)
    })
    return moving.waiting
  }

  async #move(uuid: string, moving: Moving): Promise<void> {
    const { documents, columns } = this.#options
    for (;;) {
      const changes = await documents.packedChanges(uuid, BATCH_ROWS)
      if (changes === undefined) return
      await columns.applyIndex(changes.bytes, horizonOf(moving))
      moving.position = Math.max(moving.position, changes.upTo)
      await this.#forget(uuid, moving)
    }
  }

  async #forget(uuid: string, moving: Moving): Promise<void> {
    moving.isStale = false
    await this.#options.documents.applied(uuid, moving.position, horizonOf(moving))
  }

  #moving(uuid: string): Moving {
    const known = this.#indices.get(uuid)
    if (known !== undefined) return known
    const made = {
      turns: new Turns(),
      waiting: undefined,
      position: NOTHING,
      holds: new Map<number, number>(),
      isStale: false,
    }
    this.#indices.set(uuid, made)
    return made
  }
}

/** What was gone at this sequence number, no reader wants. A hold that comes now is not below it. */
function horizonOf({ holds, position }: Moving): number {
  return Math.min(position, ...holds.keys())
}

function letGo(moving: Moving | undefined, position: number): void {
  // the index was deleted meanwhile
  if (moving?.holds.has(position) !== true) return
  const readers = moving.holds.get(position)! - 1
  if (readers > 0) moving.holds.set(position, readers)
  else moving.holds.delete(position)
  if (position < moving.position) moving.isStale = true
}
