import { ChangeTable } from './change-table.ts'
import { DocumentTable } from './document-table.ts'
import { DocumentsFile } from './documents-file.ts'
import { documentsFile } from './index-files.ts'
import { WordTable } from './word-table.ts'

/** Files that stay open. */
const FILES_KEPT = 64

/** The file of an index's documents with its tables. */
export interface OpenDocuments {
  readonly file: DocumentsFile
  readonly documents: DocumentTable
  readonly changes: ChangeTable
  readonly words: WordTable
}

/** Opens the files of documents when they are needed and keeps those used last. */
export class OpenFiles {
  readonly #storeFolder: string
  readonly #open = new Map<string, OpenDocuments>()

  constructor(storeFolder: string) {
    this.#storeFolder = storeFolder
  }

  /** The file of an index, made when there is none. Valid until another one is asked for. */
  get(uuid: string): OpenDocuments {
    const known = this.#open.get(uuid)
    this.#open.delete(uuid)
    const opened = known ?? this.#make(uuid)
    this.#open.set(uuid, opened)
    return opened
  }

  #make(uuid: string): OpenDocuments {
    if (this.#open.size >= FILES_KEPT) this.close(this.#open.keys().next().value!)
    const file = DocumentsFile.open(documentsFile(this.#storeFolder, uuid))
    const { database } = file
    return {
      file,
      documents: new DocumentTable(database),
      changes: new ChangeTable(database),
      words: new WordTable(database),
    }
  }

  close(uuid: string): void {
    this.#open.get(uuid)?.file.close()
    this.#open.delete(uuid)
  }

  closeAll(): void {
    for (const uuid of [...this.#open.keys()]) this.close(uuid)
  }
}
