import type { TextField } from '../mapping/mapped-field.ts'

/** Where a text file keeps the texts themselves. */
export interface StoredTexts {
  /** Texts of a field of a row, in their order; none when the row is not there. */
  texts(row: number, field: TextField): readonly string[]
}
