import { renameSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { quoteText, RECORDS_TABLE } from '../days/columns-schema.ts'
import { columnsFile, daysFolder, syncPath, textFile } from '../days/day-files.ts'
import { type ColumnStore, RESTORING_END } from '../writing/column-store.ts'

/** Where the two files of a day are put before they are made part of the store. */
export interface RestoringFiles {
  readonly columns: string
  readonly text: string
}

export function restoringFiles(storeFolder: string, day: string): RestoringFiles {
  return {
    columns: resolve(columnsFile(storeFolder, day) + RESTORING_END),
    text: resolve(textFile(storeFolder, day) + RESTORING_END),
  }
}

/**
 * What the positions of journals in a restored day mean here: nothing, when it comes from another
 * installation (`foreign`). Its rows keep their numbers, and those that follow go on from there.
 */
export type RestoredPositions = 'own' | 'foreign'

const MAX_EDITION = 2 ** 31

/** Makes the text file of a day ready to be part of this store. */
export function prepareText(file: string, positions: RestoredPositions): void {
  const database = new DatabaseSync(file)
  try {
    if (positions === 'foreign') {
      // another day that was restored may have the same positions: the edition tells them apart
      const edition = Math.floor(Math.random() * MAX_EDITION)
      database.exec(`BEGIN; UPDATE position SET next = 0; PRAGMA user_version = ${edition}; COMMIT`)
    }
    database.prepare('SELECT count(*) FROM blocks').get()
  } finally {
    database.close()
  }
  syncPath(file)
}

/** Makes the column file of a day ready to be part of this store. Returns its records. */
export async function prepareColumns(
  store: ColumnStore,
  file: string,
  positions: RestoredPositions,
): Promise<number> {
  const connection = await store.connect()
  try {
    await connection.run(`ATTACH ${quoteText(file)} AS restoring`)
    try {
      if (positions === 'foreign') await connection.run('UPDATE restoring.position SET next = 0')
      await connection.run('CHECKPOINT restoring')
      const found = await connection.runAndReadAll(
        `SELECT count(*) FROM restoring.${RECORDS_TABLE}`,
      )
      return Number(found.getRows()[0]?.[0])
    } finally {
      await connection.run('DETACH restoring')
      syncPath(file)
    }
  } finally {
    connection.closeSync()
  }
}

/** Puts the restored text file of a day into its place. Nobody may be writing to the day. */
export function placeText(storeFolder: string, day: string): void {
  renameSync(restoringFiles(storeFolder, day).text, textFile(storeFolder, day))
  syncPath(daysFolder(storeFolder))
}

/** Puts the restored column file of a day into its place and attaches it. */
export async function placeColumns(store: ColumnStore, day: string): Promise<void> {
  renameSync(restoringFiles(store.folder, day).columns, columnsFile(store.folder, day))
  syncPath(daysFolder(store.folder))
  await store.attach(day)
}
