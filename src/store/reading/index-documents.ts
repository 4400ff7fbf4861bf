import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parseLossless } from '../lossless-json.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import type { StoredTexts } from './stored-texts.ts'
import { textsAt } from './texts-at.ts'

/** The documents in the file of a document index. */
export class IndexDocuments implements StoredTexts {
  readonly #source: StatementSync

  constructor(database: DatabaseSync) {
    this.#source = database.prepare('SELECT source FROM docs WHERE seq = ?')
    this.#source.setReturnArrays(true)
  }

  /** JSON text of a document; undefined when the row is not there any more. */
  source(row: number): string | undefined {
    const found = this.#source.get(row) as unknown as [string] | undefined
    return found?.[0]
  }

  texts(row: number, { paths }: TextField): readonly string[] {
    const source = this.source(row)
    if (source === undefined) return []
    const document = parseLossless(source)
    return paths.flatMap((path) => textsAt(document, path))
  }
}
