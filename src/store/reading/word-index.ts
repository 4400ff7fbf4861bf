import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { RowList } from './row-list.ts'
import { unionOf } from './row-union.ts'
import { pageId, readStructure, type Segment } from './segment-format.ts'
import { MAIN_INDEX, SegmentScan, type TokenVisitor } from './segment-scan.ts'

/** Pages read at a time: few for a token, more and more for a scan. */
const FIRST_PAGES = 2
const MOST_PAGES = 128
const PAGES_FACTOR = 4

/** Row of the table that lists the segments. */
const STRUCTURE_ID = 10

/** Versions of the format that are known; the later one cuts deleted rows out of the pages. */
const VERSIONS: readonly unknown[] = [4, 5]

/**
 * Reads the word index of a text file (FTS5, `detail=none`) page by page. SQLite itself gives the
 * rows of a word one by one and reads no words without their rows: for words that many records
 * have, and for patterns over all words, this is tens of times faster. Deleted rows of an index
 * with changing documents are given too: whoever asks knows which documents there are.
 */
export class WordIndex {
  readonly #structure: StatementSync
  readonly #seek: StatementSync
  readonly #pages: StatementSync
  readonly #list = new RowList()
  #segments: readonly Segment[] = []

  constructor(database: DatabaseSync) {
    const prepare = (text: string) => {
      const statement = database.prepare(text)
      statement.setReturnArrays(true)
      return statement
    }
    const version = database.prepare("SELECT v FROM words_config WHERE k = 'version'").get()
    if (!VERSIONS.includes(version?.v)) throw new Error('unknown form of the word index')
    this.#structure = prepare(`SELECT block FROM words_data WHERE id = ${STRUCTURE_ID}`)
    this.#seek = prepare(
      'SELECT pgno FROM words_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1',
    )
    this.#pages = prepare('SELECT block FROM words_data WHERE id BETWEEN ? AND ? ORDER BY id')
  }

  /** Has to be called first within the transaction in which the index is read. */
  refresh(): void {
    const found = this.#structure.get() as unknown as [Uint8Array] | undefined
    this.#segments = found === undefined ? [] : readStructure(found[0])
  }

  /** Rows that have the token, ascending. `check` is called between pieces of work; see `scan`. */
  rows(token: Uint8Array, check: () => void): Float64Array {
    const lists: Float64Array[] = []
    const visitor: TokenVisitor = {
      token: (_, length) => (length === token.length ? 'take' : 'stop'),
      rows: (rows) => lists.push(rows.slice()),
    }
    this.scan(token, visitor, check)
    return unionOf(lists)
  }

  /**
   * Visits every token that begins with `prefix`, of each segment in the order of its bytes.
   *
   * @param check called between pieces of work of about a millisecond; ends the scan by throwing
   */
  scan(prefix: Uint8Array, visitor: TokenVisitor, check: () => void): void {
    const term = Buffer.concat([Uint8Array.of(MAIN_INDEX), prefix])
    for (const segment of this.#segments) {
      const scan = new SegmentScan(prefix, visitor, this.#list)
      if (this.#walk(segment, this.#firstPage(segment, term), scan, check)) scan.end()
    }
  }

  #walk(segment: Segment, first: number, scan: SegmentScan, check: () => void): boolean {
    let page = first
    let count = FIRST_PAGES
    while (page <= segment.lastPage) {
      check()
      const last = Math.min(page + count - 1, segment.lastPage)
      const blocks = this.#pages.all(pageId(segment.id, page), pageId(segment.id, last))
      for (const block of blocks) {
        if (!scan.page((block as unknown as [Uint8Array])[0])) return false
      }
      page = last + 1
      count = Math.min(count * PAGES_FACTOR, MOST_PAGES)
    }
    return true
  }

  /** The page that the term would lie in; the lowest bit of what is found says something else. */
  #firstPage(segment: Segment, term: Uint8Array): number {
    const found = this.#seek.get(segment.id, term) as unknown as [number] | undefined
    return Math.max(Math.floor((found?.[0] ?? 0) / 2), segment.firstPage)
  }
}
