import type { ClusterClient } from '../../sinks/index.ts'

/** A document as the cluster has it. */
export interface ClusterDocument {
  readonly index: string
  readonly id: string
  readonly source: Readonly<Record<string, unknown>>
}

interface MultiGetAnswer {
  readonly docs?: readonly {
    readonly _id?: string
    readonly found?: boolean
    readonly _source?: Readonly<Record<string, unknown>>
  }[]
}

/**
 * Finds documents of an index by `_id`. A cluster that does not answer has none: the conflict of
 * an id that exists is found when the document gets there.
 */
export async function clusterDocuments(
  client: ClusterClient,
  index: string,
  ids: readonly string[],
): Promise<readonly ClusterDocument[]> {
  const answer = await client.request({
    method: 'POST',
    path: `/${encodeURIComponent(index)}/_mget`,
    body: JSON.stringify({ ids }),
  })
  if (answer.kind === 'no-answer' || answer.status !== 200) return []
  const { docs = [] } = JSON.parse(answer.text) as MultiGetAnswer
  return docs.flatMap(({ _id: id, found, _source: source }) =>
    found === true && id !== undefined && source !== undefined ? [{ index, id, source }] : [],
  )
}
