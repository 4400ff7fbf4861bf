import { HASH_RANGE } from '../elasticsearch/main-fields.ts'
import type { ComparedDocument } from './document-pages.ts'

type Pages = AsyncIterable<readonly ComparedDocument[]>

export interface SideSum {
  readonly count: number
  /** 12 hexadecimal digits; does not depend on the order of the documents. */
  readonly checksum: string
}

/** How the documents of one index differ between the embedded store and the cluster. */
export interface DocumentDifferences {
  readonly equal: boolean
  readonly embedded: SideSum
  readonly cluster: SideSum
  /** Ids, the first of them. */
  readonly missing_in_cluster: readonly string[]
  readonly missing_in_embedded: readonly string[]
  /** In both, with different content or more than once. */
  readonly changed: readonly string[]
}

const SHOWN_IDS = 20
/** Ids held while an index is compared: the same id may turn up later, at another time. */
const HELD_IDS = 10_000

/**
 * Compares the documents of an index, both sides by ascending time. Documents of one millisecond
 * are held at once, no more.
 *
 * @throws what reading a side throws
 */
export async function compareDocuments(
  embedded: Pages,
  cluster: Pages,
): Promise<DocumentDifferences> {
  const left = new Side(embedded)
  const right = new Side(cluster)
  const missing = { cluster: new Map<string, number>(), embedded: new Map<string, number>() }
  const changed = new Set<string>()
  for (;;) {
    const ms = earliest(await left.nextMs(), await right.nextMs())
    if (ms === undefined) break
    const ours = await left.take(ms)
    const theirs = await right.take(ms)
    for (const [id, hash] of ours) {
      const other = theirs.get(id)
      if (other === undefined) hold(missing.cluster, id, hash)
      else if (other !== hash && changed.size < HELD_IDS) changed.add(id)
      theirs.delete(id)
    }
    for (const [id, hash] of theirs) hold(missing.embedded, id, hash)
  }
  // a document that has another time in each turned up twice
  for (const [id, hash] of missing.cluster) {
    const other = missing.embedded.get(id)
    if (other === undefined) continue
    missing.cluster.delete(id)
    missing.embedded.delete(id)
    if (other !== hash) changed.add(id)
  }
  const sums = { embedded: left.sum(), cluster: right.sum() }
  const isSame =
    sums.embedded.count === sums.cluster.count && sums.embedded.checksum === sums.cluster.checksum
  return {
    equal: isSame && missing.cluster.size + missing.embedded.size + changed.size === 0,
    ...sums,
    missing_in_cluster: [...missing.cluster.keys()].slice(0, SHOWN_IDS),
    missing_in_embedded: [...missing.embedded.keys()].slice(0, SHOWN_IDS),
    changed: [...changed].slice(0, SHOWN_IDS),
  }
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right)
}

function hold(hashes: Map<string, number>, id: string, hash: number): void {
  if (hashes.size < HELD_IDS) hashes.set(id, hash)
}

/** One side, read by groups of documents of the same time. */
class Side {
  readonly #pages: AsyncIterator<readonly ComparedDocument[]>
  #page: readonly ComparedDocument[] = []
  #place = 0
  #count = 0
  #sum = 0

  constructor(pages: Pages) {
    this.#pages = pages[Symbol.asyncIterator]()
  }

  /** Time of the next document; undefined when there is none left. */
  async nextMs(): Promise<number | undefined> {
    return (await this.#next())?.ms
  }

  /** Takes the documents of a time: hashes by id; those of one id are added up. */
  async take(ms: number): Promise<Map<string, number>> {
    const group = new Map<string, number>()
    for (let next = await this.#next(); next?.ms === ms; next = await this.#next()) {
      this.#place++
      this.#count++
      this.#sum = (this.#sum + next.hash) % HASH_RANGE
      group.set(next.id, (group.get(next.id) ?? 0) + next.hash)
    }
    return group
  }

  sum(): SideSum {
    return { count: this.#count, checksum: this.#sum.toString(16).padStart(12, '0') }
  }

  async #next(): Promise<ComparedDocument | undefined> {
    while (this.#place >= this.#page.length) {
      const { done, value } = await this.#pages.next()
      if (done === true) return undefined
      this.#page = value
      this.#place = 0
    }
    return this.#page[this.#place]
  }
}
