import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError, type ErrorCode } from './errors.ts'

/** The right to be the only one that writes in a folder. */
export interface FolderLock {
  /** Gives the folder free. Further calls do nothing. */
  release(): void
}

const SQLITE_BUSY = 5

// A lock lives as long as its database handle, also when the caller forgets what it was given
const held = new Set<DatabaseSync>()

/**
 * Takes `folder` (created when missing) for this process. The lock is the operating system's, taken
 * by SQLite on the empty file `lock`: it ends with the process however that dies, is never stale,
 * and holds between containers that share the folder but not their process ids. `lock.pid` is for
 * people and for the message alone.
 *
 * @throws AppError `errorCode` with the holder's `pid` (absent when unknown) while another process,
 * or another part of this one, holds the folder
 */
export function lockFolder(folder: string, errorCode: ErrorCode): FolderLock {
  mkdirSync(folder, { recursive: true })
  const pidFile = join(folder, 'lock.pid')
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    // The journal in memory: a lock leaves no second file behind
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw new AppError(errorCode, { folder, ...holder(pidFile) }, error)
  }
  held.add(database)
  try {
    writeFileSync(pidFile, `${process.pid}\n`)
  } catch {
    // A full disk must not keep a process from starting: only the message of a second one suffers
  }
  return {
    release() {
      if (!held.delete(database)) return
      rmSync(pidFile, { force: true })
      database.close()
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

function holder(pidFile: string): { readonly pid?: number } {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    return Number.isInteger(pid) ? { pid } : {}
  } catch {
    return {}
  }
}
