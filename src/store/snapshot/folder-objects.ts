import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { syncPath } from '../days/day-files.ts'
import type { FilePart, ObjectStore, StoredObject } from './object-store.ts'

const NEW = '.new-'

/** Keeps objects as files of a folder. */
export class FolderObjects implements ObjectStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return await orAbsent(readFile(this.#path(key)))
  }

  async stream(key: string): Promise<Readable | undefined> {
    const file = await orAbsent(open(this.#path(key), 'r'))
    return file?.createReadStream()
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    await this.#place(key, Readable.from([content]))
  }

  async writePart(key: string, { path, start, bytes }: FilePart): Promise<void> {
    const content =
      bytes === 0 ? Readable.from([]) : createReadStream(path, { start, end: start + bytes - 1 })
    await this.#place(key, content)
  }

  /** Written beside and renamed, so that a crash leaves no half of an object under its key. */
  async #place(key: string, content: Readable): Promise<void> {
    const path = this.#path(key)
    const folder = dirname(path)
    await mkdir(folder, { recursive: true })
    const beside = `${path}${NEW}${randomUUID()}`
    try {
      const file = await open(beside, 'wx')
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
    syncPath(folder)
  }

  async list(beginning: string): Promise<readonly StoredObject[]> {
    const folder = beginning.slice(0, beginning.lastIndexOf('/') + 1)
    const names = await orAbsent(
      readdir(this.#path(folder), { recursive: true, withFileTypes: true }),
    )
    const found: StoredObject[] = []
    for (const entry of names ?? []) {
      if (!entry.isFile() || entry.name.includes(NEW)) continue
      const path = join(entry.parentPath, entry.name)
      const key = path.slice(this.#folder.length + 1).replaceAll('\\', '/')
      if (!key.startsWith(beginning)) continue
      const size = await orAbsent(stat(path))
      if (size !== undefined) found.push({ key, bytes: size.size })
    }
    return found
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true })
  }

  #path(key: string): string {
    return join(this.#folder, key)
  }
}

async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
