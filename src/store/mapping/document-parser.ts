import { parseLossless } from '../lossless-json.ts'
import { type FailureDetails, SearchFailure } from '../search-failure.ts'
import { DocumentFailures } from './document-failure.ts'
import { DocumentReader } from './document-reader.ts'
import { columnsOf, type FieldTexts, textsOf } from './document-scope.ts'
import type { Mapping } from './index-mapping.ts'
import { isObject } from './mapping-failure.ts'
import { isRawNumber } from './raw-number.ts'
import type { Scalar } from './values/value-reader.ts'

/** A document as the columns and the word index take it. */
export interface ParsedDocument {
  readonly ok: true
  /** By column name, see `MappedField`; lists in the order of the document, never empty. */
  readonly values: Readonly<Record<string, readonly Scalar[]>>
  /** Fields whose values did not fit or were too long for `ignore_above`. */
  readonly ignored: readonly string[]
  readonly texts: readonly FieldTexts[]
  /**
   * The mapping with what the document brought along: new fields, fields with several values. The
   * same object when that is nothing.
   */
  readonly mapping: Mapping
}

export type DocumentResult =
  | ParsedDocument
  | { readonly ok: false; readonly failure: FailureDetails }

/**
 * Reads a document by the mapping of its index.
 *
 * Fields that the mapping does not have are mapped as Elasticsearch does. A value that does not
 * fit a field that was mapped in this way is kept in the document alone and the field is named in
 * `ignored`: what the first document looked like never loses a later one. This holds for objects
 * in the place of values, and for values in that of objects, alike. A field that a person defined
 * refuses the document, unless it has `ignore_malformed`.
 */
export function parseDocument(
  mapping: Mapping,
  source: string,
  { id }: { readonly id: string },
): DocumentResult {
  try {
    const document = parseJson(source)
    const failures = new DocumentFailures(source, id)
    return readDocument(mapping, document, failures)
  } catch (error) {
    if (error instanceof SearchFailure) return { ok: false, failure: error.details }
    throw error
  }
}

type Json = Readonly<Record<string, unknown>>

function parseJson(source: string): Json {
  let value: unknown
  try {
    value = parseLossless(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SearchFailure({
      type: 'document_parsing_exception',
      reason: `[1:1] failed to parse: ${reason}`,
      status: 400,
      causedBy: { type: 'x_content_parse_exception', reason },
    })
  }
  if (isObject(value) && !isRawNumber(value)) return value
  throw new SearchFailure({
    type: 'not_x_content_exception',
    reason:
      'Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes',
    status: 400,
  })
}

/** Fields that turn up beneath new objects are found when the document is read again. */
function readDocument(
  mapping: Mapping,
  document: Json,
  failures: DocumentFailures,
): ParsedDocument {
  for (let current = mapping; ; ) {
    const reader = new DocumentReader(current, failures)
    const { scope, ignored, mapping: grown } = reader.read(document)
    if (grown !== current) {
      current = grown
      continue
    }
    const multi: string[] = []
    for (const [{ field }, list] of scope.values) {
      if (list.length > 1 && !field.isMulti) multi.push(field.name)
    }
    return {
      ok: true,
      values: columnsOf(scope, current.settings.analysis),
      ignored: [...ignored],
      texts: textsOf(scope),
      mapping: multi.length === 0 ? current : current.withMulti(multi),
    }
  }
}
