import { statSync } from 'node:fs'
import { textFile } from '../days/day-files.ts'
import type { StoredDocument } from '../days/text-schema.ts'
import type { TextProbe } from './filter.ts'
import { TextFile } from './text-file.ts'
import { probeFile } from './text-probes.ts'

/** Days whose text file stays open. */
const FILES_KEPT = 64

interface OpenFile {
  readonly file: TextFile
  /** Sealing and compaction replace the file: another inode under the same name. */
  readonly inode: number
}

/** Rows found per probe; undefined where the text engine cannot tell (the column has to). */
export type ProbeAnswer = readonly (Float64Array | undefined)[]

/** Reads words, ids and documents of all days. Lives in a thread of its own: SQLite blocks. */
export class TextReader {
  readonly #folder: string
  readonly #files = new Map<string, OpenFile>()

  constructor(options: { readonly storeFolder: string }) {
    this.#folder = options.storeFolder
  }

  /**
   * Answers all probes for each of the days, in their order.
   *
   * @throws AppError SEARCH_TIMEOUT when it took longer than `timeoutMs`
   */
  probe(
    days: readonly string[],
    probes: readonly TextProbe[],
    timeoutMs: number,
  ): readonly ProbeAnswer[] {
    const deadlineMs = performance.now() + timeoutMs
    return days.map((day) => {
      const file = this.#open(day)
      return probes.map((probe) => probeFile(file, probe, deadlineMs))
    })
  }

  /** What is kept of the records besides their columns. */
  documents(day: string, rows: readonly number[]): readonly (StoredDocument | undefined)[] {
    const file = this.#open(day)
    if (file === undefined) return rows.map(() => undefined)
    const found = new Map<number, StoredDocument | undefined>()
    for (const row of [...rows].sort((a, b) => a - b)) found.set(row, file.document(row))
    return rows.map((row) => found.get(row))
  }

  close(): void {
    for (const { file } of this.#files.values()) file.close()
    this.#files.clear()
  }

  #open(day: string): TextFile | undefined {
    const path = textFile(this.#folder, day)
    const inode = statSync(path, { throwIfNoEntry: false })?.ino
    const known = this.#files.get(day)
    this.#files.delete(day)
    if (known !== undefined && known.inode === inode) {
      this.#files.set(day, known)
      return known.file
    }
    known?.file.close()
    if (inode === undefined) return undefined
    const [oldest] = this.#files
    if (oldest !== undefined && this.#files.size >= FILES_KEPT) {
      oldest[1].file.close()
      this.#files.delete(oldest[0])
    }
    const file = new TextFile(path)
    this.#files.set(day, { file, inode })
    return file
  }
}
