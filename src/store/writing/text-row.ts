import { FIELD_NAMES, FIELDS, type StoredRecord } from '../../record/index.ts'
import type { BatchEntry } from '../days/batch.ts'
import { ID_KINDS, type IdKind, idHash, type StoredDocument } from '../days/text-schema.ts'
import { FIELD_MARKS } from '../tokens.ts'
import { WordWriter } from '../word-writer.ts'

/**
 * What the text file takes of one record, made ready: everything but the row id, which only the
 * file knows. Making it is most of the work, so it can be done in another thread.
 */
export interface TextRow {
  readonly position: number
  readonly next: number
  readonly day: string
  /** Tokens for the word index, UTF-8, separated by blanks; empty without words. */
  readonly words: Uint8Array
  readonly errorMessage: string | undefined
  /** Kinds and hashes in turn. */
  readonly ids: readonly number[]
  /** JSON of the document without its row; undefined when the columns hold all of the record. */
  readonly document: string | undefined
}

/** Fields that lie in no column, and stay when bodies do not. */
const DETAILS = FIELD_NAMES.filter((name) => FIELDS[name].type === 'details')

const writer = new WordWriter()

/**
 * Makes records ready for the text file. Without `bodies` prompts, answers and bodies are left
 * out. The words of all rows lie in one buffer, which can be transferred to another thread.
 */
export function textRows(entries: readonly BatchEntry[], bodies: boolean): readonly TextRow[] {
  for (const { stored } of entries) writeWords(stored, bodies)
  const { bytes, ends } = writer.take()
  return entries.map(({ position, next, stored }, index) => ({
    position,
    next,
    day: stored.day,
    words: bytes.subarray(ends[index - 1] ?? 0, ends[index]),
    errorMessage: stored.record.error_message,
    ids: idsOf(stored),
    document: documentOf(stored, bodies),
  }))
}

function writeWords({ record }: StoredRecord, bodies: boolean): void {
  const { prompt, response, error_message, labels } = record
  if (bodies && prompt !== undefined) writer.addField(FIELD_MARKS.prompt, prompt)
  if (bodies && response !== undefined) writer.addField(FIELD_MARKS.response, response)
  if (error_message !== undefined) writer.addField(FIELD_MARKS.error_message, error_message)
  for (const [key, value] of Object.entries(labels ?? {})) writer.addLabel(key, value)
  writer.endRecord()
}

function documentOf(
  { id, indexPrefix, record, extra }: StoredRecord,
  bodies: boolean,
): string | undefined {
  if (!bodies) return columnless(record, extra)
  return JSON.stringify({ id, indexPrefix, record, ...(extra !== undefined && { extra }) })
}

/** What the columns have no room for, besides bodies; undefined when that is nothing. */
function columnless(
  record: StoredRecord['record'],
  extra: StoredRecord['extra'],
): string | undefined {
  const beside = withDetails(record, extra)
  const message = record.error_message
  if (beside === undefined && message === undefined) return undefined
  const document: Omit<StoredDocument, 'row'> = {
    ...(message !== undefined && { texts: { error_message: message } }),
    ...(beside !== undefined && { extra: beside }),
  }
  return JSON.stringify(document)
}

/** Makes of a document, JSON with its row, the one that is kept when bodies are not. */
export function withoutBodies(line: string, row: number): string | undefined {
  const { record, extra } = JSON.parse(line) as StoredDocument
  if (record === undefined) return line
  const document = columnless(record, extra)
  return document && withRow(document, row)
}

function withDetails(
  record: StoredRecord['record'],
  extra: StoredRecord['extra'],
): StoredRecord['extra'] {
  let beside = extra
  for (const name of DETAILS) {
    if (record[name] !== undefined) beside = { [name]: record[name], ...beside }
  }
  return beside
}

/** Completes the JSON of a document with its row. */
export function withRow(document: string, row: number): string {
  return `{"row":${row},${document.slice(1)}`
}

function idsOf({ id, record }: StoredRecord): readonly number[] {
  const ids: number[] = []
  const add = (kind: IdKind, value: string | undefined) => {
    if (value !== undefined) ids.push(ID_KINDS[kind], idHash(value))
  }
  add('request_id', record.request_id)
  add('trace_id', record.trace_id)
  add('user_id', record.user_id)
  add('_id', id === record.request_id ? undefined : id)
  return ids
}
