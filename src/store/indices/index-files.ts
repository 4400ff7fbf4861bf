import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { syncPath } from '../days/day-files.ts'

const DOCUMENTS_END = '.documents'
const COLUMNS_END = '.columns'
const UUID = /^[\w-]{22}$/

/** Folder of the index files inside the store's folder. */
export function indicesFolder(storeFolder: string): string {
  return join(storeFolder, 'indices')
}

/** Makes the folder of the index files; returns its path. */
export function makeIndicesFolder(storeFolder: string): string {
  const folder = indicesFolder(storeFolder)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** File (SQLite) of an index's documents and words. */
export function documentsFile(storeFolder: string, uuid: string): string {
  return join(indicesFolder(storeFolder), uuid + DOCUMENTS_END)
}

/** File (DuckDB) of an index's columns. */
export function indexColumnsFile(storeFolder: string, uuid: string): string {
  return join(indicesFolder(storeFolder), uuid + COLUMNS_END)
}

/** Ids of the indices that have a file of documents. */
export function documentsFileIds(storeFolder: string): readonly string[] {
  return idsOf(storeFolder, DOCUMENTS_END)
}

/** Ids of the indices that have a file of columns. */
export function indexColumnsFileIds(storeFolder: string): readonly string[] {
  return idsOf(storeFolder, COLUMNS_END)
}

function idsOf(storeFolder: string, end: string): readonly string[] {
  const folder = indicesFolder(storeFolder)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length))
    .filter((uuid) => UUID.test(uuid))
}

/** Deletes the documents of an index. Nobody may have the file open for writing. */
export function removeDocumentsFile(storeFolder: string, uuid: string): void {
  const file = documentsFile(storeFolder, uuid)
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  syncPath(indicesFolder(storeFolder))
}

/** Deletes the columns of an index. The file must be detached. */
export function removeIndexColumnsFile(storeFolder: string, uuid: string): void {
  const file = indexColumnsFile(storeFolder, uuid)
  for (const end of ['', '.wal']) rmSync(file + end, { force: true })
  syncPath(indicesFolder(storeFolder))
}

/** Bytes of both files of an index with their logs. */
export function indexBytes(storeFolder: string, uuid: string): number {
  const documents = documentsFile(storeFolder, uuid)
  const columns = indexColumnsFile(storeFolder, uuid)
  return [documents, `${documents}-wal`, columns, `${columns}.wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
