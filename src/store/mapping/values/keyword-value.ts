import type { Normalizer } from '../../analysis/analyzer.ts'
import { Malformed, type ReadValue, TOO_LONG } from './value-reader.ts'

/** Bytes of UTF-8 that a keyword may have, as in Lucene. */
const LONGEST_BYTES = 32_766

interface KeywordOptions {
  readonly ignoreAbove: number | undefined
  readonly normalizer: Normalizer | undefined
  /** Name for the message about a value that is too long. */
  readonly field: string
}

/** Reads values of `keyword` and its kin. */
export function keywordReader({ ignoreAbove, normalizer, field }: KeywordOptions): ReadValue {
  return (value, raw) => {
    const text = typeof value === 'string' ? value : (raw ?? String(value))
    if (ignoreAbove !== undefined && text.length > ignoreAbove) return TOO_LONG
    const kept = normalizer === undefined ? text : normalizer(text)
    if (kept.length * 3 > LONGEST_BYTES && Buffer.byteLength(kept) > LONGEST_BYTES) {
      return immense(field)
    }
    return kept
  }
}

function immense(field: string): Malformed {
  return new Malformed(
    `Document contains at least one immense term in field="${field}" (whose UTF8 encoding is longer than the max length ${LONGEST_BYTES}), all of which were skipped.`,
  )
}

/** Reads values of a field that is the same in all documents. */
export function constantReader(field: string, constant: string | undefined): ReadValue {
  return (value, raw) => {
    const text = raw ?? String(value)
    if (constant === undefined || text === constant) return text
    return new Malformed(
      `[constant_keyword] field [${field}] only accepts values that are equal to the value defined in the mappings [${constant}], but got [${text}]`,
    )
  }
}

/** A value that the document alone keeps: whatever it is, as Elasticsearch takes it. */
export const readNothing: ReadValue = () => undefined

/** Takes any value as the text it is written as. */
export const readText: ReadValue = (value, raw) =>
  typeof value === 'string' ? value : (raw ?? String(value))
