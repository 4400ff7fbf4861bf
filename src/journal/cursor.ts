import { open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { isErrno, makeFolder, syncFolder } from './durable.ts'

/** A reader's place in the journal, kept over restarts. */
export interface Cursor {
  /** Position up to which the reader is done. */
  readonly position: number
  /** Whether the file could not be read when the cursor was opened, so that it began at 0. */
  readonly damaged: boolean
  /**
   * Moves on to `position` and resolves once that is on disk. Never moves back: a lower position
   * changes nothing.
   */
  advance(position: number): Promise<void>
}

/** What a cursor file says; position 0 for one that is absent or damaged. */
export interface StoredCursor {
  readonly name: string
  readonly position: number
  readonly damaged: boolean
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/
const CONTENT = /^(\d{20}) ([0-9a-f]{8})\n$/

/**
 * Opens the cursor `name` of the journal in `folder`; position 0 when there is none yet, or when
 * its file is damaged: what was done is then done again, nothing is skipped.
 */
export async function openCursor(folder: string, name: string): Promise<Cursor> {
  if (!NAME.test(name)) throw new Error(`not a cursor name: ${name}`)
  await makeFolder(cursorFolder(folder))
  return new FileCursor(folder, await readCursor(folder, name))
}

/** Reads the cursors that lie in the folder of a journal, whoever they belong to. */
export async function listCursors(folder: string): Promise<StoredCursor[]> {
  const names = await readdir(cursorFolder(folder)).catch((): string[] => [])
  return Promise.all(
    names.filter((name) => NAME.test(name)).map((name) => readCursor(folder, name)),
  )
}

/** Reads one cursor without opening it. */
export async function readCursor(folder: string, name: string): Promise<StoredCursor> {
  try {
    const position = decode(await readFile(join(cursorFolder(folder), name), 'utf8'))
    return { name, position: position ?? 0, damaged: position === undefined }
  } catch (error) {
    const absent = isErrno(error, 'ENOENT')
    return { name, position: 0, damaged: !absent }
  }
}

class FileCursor implements Cursor {
  readonly damaged: boolean
  readonly #folder: string
  readonly #path: string
  #position: number
  #wanted: number
  #last: Promise<void> = Promise.resolve()

  constructor(folder: string, stored: StoredCursor) {
    this.damaged = stored.damaged
    this.#folder = cursorFolder(folder)
    this.#path = join(this.#folder, stored.name)
    this.#position = stored.position
    this.#wanted = stored.position
  }

  get position(): number {
    return this.#position
  }

  advance(position: number): Promise<void> {
    if (!Number.isSafeInteger(position) || position < 0) {
      return Promise.reject(new RangeError(`not a position: ${position}`))
    }
    this.#wanted = Math.max(this.#wanted, position)
    const turn = this.#last.then(() => this.#store())
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #store(): Promise<void> {
    const position = this.#wanted
    if (position <= this.#position) return
    const content = encode(position)
    try {
      await this.#replace(content)
    } catch (error) {
      if (!isErrno(error, 'ENOSPC')) throw error
      // On a full disk this cursor may be what keeps old segments from being deleted
      await overwrite(this.#path, content)
    }
    this.#position = position
  }

  async #replace(content: string): Promise<void> {
    const temporary = `${this.#path}.new`
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, this.#path)
    await syncFolder(this.#folder)
  }
}

/** The file's length never changes, so that this takes no space. */
async function overwrite(path: string, content: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.write(content, 0)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function cursorFolder(folder: string): string {
  return join(folder, 'cursors')
}

function encode(position: number): string {
  const digits = String(position).padStart(20, '0')
  return `${digits} ${checksum(digits)}\n`
}

function decode(content: string): number | undefined {
  const [, digits, sum] = CONTENT.exec(content) ?? []
  if (digits === undefined || checksum(digits) !== sum) return undefined
  const position = Number(digits)
  return Number.isSafeInteger(position) ? position : undefined
}

function checksum(digits: string): string {
  return crc32c(digits).toString(16).padStart(8, '0')
}
