import { CALL_INDEX_PREFIX, FIELD_NAMES, indexName, type StoredRecord } from '../../record/index.ts'

/** Where in the journals a document comes from. */
export interface Origin {
  /** Name of the journal. */
  readonly journal: string
  readonly position: number
}

/** A document on its way to the cluster. */
export interface BulkDocument {
  readonly index: string
  readonly id: string
  /** Its `_source`, JSON in one line. */
  readonly source: string
  /** Both lines of the bulk request, each with its newline. */
  readonly lines: string
  readonly origin: Origin
}

/** Makes the document of a record; `callPrefix` is the index prefix of calls in the cluster. */
export function bulkDocument(
  stored: StoredRecord,
  origin: Origin,
  callPrefix: string,
): BulkDocument {
  const { id, day, indexPrefix } = stored
  const index = indexName(indexPrefix === CALL_INDEX_PREFIX ? callPrefix : indexPrefix, day)
  const source = sourceOf(stored)
  const action = JSON.stringify({ create: { _index: index, _id: id } })
  return { index, id, source, lines: `${action}\n${source}\n`, origin }
}

/** The record as the embedded store answers it: known fields first, what was sent laid over it. */
function sourceOf({ record, extra }: StoredRecord): string {
  const source: Record<string, unknown> = {}
  for (const name of FIELD_NAMES) {
    const value = record[name]
    if (value === undefined) continue
    source[name] = name === '@timestamp' ? new Date(record[name] ?? 0).toISOString() : value
  }
  return JSON.stringify({ ...source, ...extra })
}
