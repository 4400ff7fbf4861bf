import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { textFile } from '../days/day-files.ts'
import { documentsFile } from '../indices/index-files.ts'
import { TextFile } from './text-file.ts'

const BUSY_MS = 10_000

/** Files that stay open. */
const FILES_KEPT = 64

/** In front of the id of a document index, in the key of its file. */
const INDEX_KEY = 'index:'

interface OpenFile {
  readonly file: TextFile
  /** Sealing and compaction replace the file: another inode under the same name. */
  readonly inode: number
}

/** An open file with a name that no other file has, nor a later one in its place. */
export interface NamedFile {
  readonly file: TextFile
  readonly name: string
}

/** Opens text files by the key of their part: a day `YYYY-MM-DD`, or `index:UUID`. */
export class TextFiles {
  readonly #folder: string
  readonly #files = new Map<string, OpenFile>()

  /** @param folder of the store */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The file as it is now, valid until the next call; undefined when there is none. */
  open(key: string): NamedFile | undefined {
    const path = this.#path(key)
    const inode = statSync(path, { throwIfNoEntry: false })?.ino
    const known = this.#files.get(key)
    this.#files.delete(key)
    if (known !== undefined && known.inode === inode) {
      this.#files.set(key, known)
      return { file: known.file, name: `${key} ${inode}` }
    }
    known?.file.close()
    if (inode === undefined) return undefined
    this.#makeRoom()
    const file = openFile(path, key)
    if (file === undefined) return undefined
    this.#files.set(key, { file, inode })
    return { file, name: `${key} ${inode}` }
  }

  /** Closes the files that were deleted or replaced: their room is free only then. */
  closeGone(): void {
    for (const [key, { file, inode }] of this.#files) {
      if (statSync(this.#path(key), { throwIfNoEntry: false })?.ino === inode) continue
      file.close()
      this.#files.delete(key)
    }
  }

  close(): void {
    for (const { file } of this.#files.values()) file.close()
    this.#files.clear()
  }

  #path(key: string): string {
    return key.startsWith(INDEX_KEY)
      ? documentsFile(this.#folder, key.slice(INDEX_KEY.length))
      : textFile(this.#folder, key)
  }

  #makeRoom(): void {
    const [oldest] = this.#files
    if (oldest === undefined || this.#files.size < FILES_KEPT) return
    oldest[1].file.close()
    this.#files.delete(oldest[0])
  }
}

/** Undefined for a file in which its writer has not made the tables yet. */
function openFile(path: string, key: string): TextFile | undefined {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  try {
    const made = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'words'").get()
    if (made !== undefined) {
      return new TextFile(database, key.startsWith(INDEX_KEY) ? 'index' : 'day')
    }
    database.close()
    return undefined
  } catch (error) {
    database.close()
    throw error
  }
}
