import type { BulkDocument } from './bulk-document.ts'
import type { ClusterClient } from './cluster-client.ts'
import { isObject, parsedObject } from './json-object.ts'
import { documentHash, MAIN_FIELDS } from './main-fields.ts'

/** What was found about documents whose id was taken; in their order. */
export type TakenVerdict = 'same' | 'other'

/**
 * Tells whether documents whose id was taken are there already, by an attempt whose answer was
 * lost, or whether the id belongs to another document. Undefined when the cluster does not say.
 */
export async function lookAtTaken(
  client: ClusterClient,
  documents: readonly BulkDocument[],
  signal: AbortSignal,
): Promise<readonly TakenVerdict[] | undefined> {
  const docs = documents.map(({ index, id }) => ({ _index: index, _id: id }))
  const fields = encodeURIComponent(MAIN_FIELDS.join())
  const answer = await client.request({
    method: 'POST',
    path: `/_mget?_source_includes=${fields}`,
    body: JSON.stringify({ docs }),
    signal,
  })
  if (answer.kind === 'no-answer' || answer.status !== 200) return undefined
  const found = parsedObject(answer.text)?.docs
  if (!Array.isArray(found) || found.length !== documents.length) return undefined
  const verdicts = documents.map((document, place) => verdictOn(document, found[place]))
  return verdicts.every((verdict) => verdict !== undefined) ? verdicts : undefined
}

function verdictOn({ id, source }: BulkDocument, found: unknown): TakenVerdict | undefined {
  // gone since: the next attempt writes it
  if (!isObject(found) || found.found !== true) return undefined
  // an index that keeps no source has nothing to compare
  if (!isObject(found._source)) return 'same'
  const own = parsedObject(source) ?? {}
  return documentHash(id, own) === documentHash(id, found._source) ? 'same' : 'other'
}
