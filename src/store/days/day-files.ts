import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const COLUMNS_END = '.duckdb'
const TEXT_END = '.text'
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Tells whether `day` reads `YYYY-MM-DD`, so that it can name a file. */
export function isDay(day: string): boolean {
  return DAY.test(day)
}

/** Folder of the day files inside the store's folder. */
export function daysFolder(storeFolder: string): string {
  return join(storeFolder, 'days')
}

/** Column file (DuckDB) of a day `YYYY-MM-DD`. */
export function columnsFile(storeFolder: string, day: string): string {
  return join(daysFolder(storeFolder), `${day}${COLUMNS_END}`)
}

/** Text file (SQLite) of a day `YYYY-MM-DD`. */
export function textFile(storeFolder: string, day: string): string {
  return join(daysFolder(storeFolder), `${day}${TEXT_END}`)
}

/** Makes the folder of the day files; returns its path. */
export function makeDaysFolder(storeFolder: string): string {
  const folder = daysFolder(storeFolder)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Deletes the text file of a day. Nobody may have it open for writing. */
export function removeTextFile(storeFolder: string, day: string): void {
  const file = textFile(storeFolder, day)
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  syncPath(daysFolder(storeFolder))
}

/** Deletes what there is of both files of a day, while nobody has them open. */
export function removeDayFiles(storeFolder: string, day: string): void {
  makeDaysFolder(storeFolder)
  const file = columnsFile(storeFolder, day)
  for (const end of ['', '.wal']) rmSync(file + end, { force: true })
  removeTextFile(storeFolder, day)
}

/** Days that have a column file, ascending. */
export function columnDays(storeFolder: string): readonly string[] {
  return daysWith(storeFolder, COLUMNS_END)
}

/** Days that have a text file, ascending. */
export function textDays(storeFolder: string): readonly string[] {
  return daysWith(storeFolder, TEXT_END)
}

function daysWith(storeFolder: string, end: string): readonly string[] {
  return namesIn(daysFolder(storeFolder))
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length))
    .filter((day) => DAY.test(day))
    .sort()
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Syncs a file or folder to disk. A folder is synced so that new names in it survive a crash. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
