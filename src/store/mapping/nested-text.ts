/** In front of every position of an analysed text. */
export const POSITION = '\u0001'
/** In front of every form of a word, and after it. */
export const FORM_START = '\u0002'
export const FORM_END = '\u0003'

/**
 * The objects of a `nested` field of one document, as JSON: what the field's column holds. Keys
 * are full names of fields, their values lists as in columns; texts are written by `tokenText`,
 * nested objects within are lists of such objects.
 */
export type NestedObject = { readonly [field: string]: readonly (NestedValue | NestedObject)[] }
type NestedValue = string | number | boolean

/**
 * An analysed text as one text in which words can be looked for: `\u0001` in front of every
 * position, every form there between `\u0002` and `\u0003`.
 */
export function tokenText(positions: readonly (readonly string[])[]): string {
  let text = ''
  for (const forms of positions) {
    text += POSITION
    for (const form of forms) text += FORM_START + form + FORM_END
  }
  return text
}
