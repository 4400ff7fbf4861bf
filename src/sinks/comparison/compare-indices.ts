import { AppError } from '../../kernel/index.ts'
import { CALL_INDEX_PREFIX } from '../../record/index.ts'
import type { ClusterClient } from '../elasticsearch/cluster-client.ts'
import { dayIndices, dayOfIndex } from '../elasticsearch/own-retention.ts'
import { compareDocuments, type DocumentDifferences } from './compare-documents.ts'
import { documentPages } from './document-pages.ts'

export interface CompareOptions {
  /** The embedded store, by its own Elasticsearch interface. */
  readonly embedded: ClusterClient
  readonly cluster: ClusterClient
  /** Index prefix of calls in the cluster. */
  readonly callPrefix: string
  /** First and last UTC day, `YYYY-MM-DD`; without them all. */
  readonly from: string | undefined
  readonly to: string | undefined
}

const NOTHING: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({
    next: () => Promise.resolve({ done: true, value: undefined }),
  }),
}

/** How one index differs. */
export interface IndexComparison extends DocumentDifferences {
  /** Name in the embedded store. */
  readonly index: string
  readonly day: string
}

/**
 * Compares the indices of days in the embedded store and in the cluster: count, checksum and which
 * documents differ in their main fields. Indices are answered one after the other, by day.
 *
 * @throws AppError ENGINE_UNAVAILABLE
 */
export async function* compareIndices(options: CompareOptions): AsyncGenerator<IndexComparison> {
  const { embedded, cluster, callPrefix, from = '', to = '9' } = options
  await cluster.request({ method: 'POST', path: '/holysheep-*/_refresh' })
  const ours = await indicesOf(embedded, 'the embedded store')
  const theirs = await indicesOf(cluster, 'the cluster')
  const names = new Set([
    ...ours,
    ...theirs.map((name) => renamed(name, callPrefix, CALL_INDEX_PREFIX)),
  ])
  const compared = [...names].flatMap((index) => {
    const day = dayOfIndex(index)
    return day === undefined || day < from || day > to ? [] : [{ index, day }]
  })
  for (const { index, day } of compared.sort(byDay)) {
    const other = renamed(index, CALL_INDEX_PREFIX, callPrefix)
    const differences = await compareDocuments(
      ours.includes(index) ? documentPages(embedded, index, 'search_after') : NOTHING,
      theirs.includes(other) ? documentPages(cluster, other, 'scroll') : NOTHING,
    )
    yield { index, day, ...differences }
  }
}

interface DayIndex {
  readonly index: string
  readonly day: string
}

function byDay(a: DayIndex, b: DayIndex): number {
  return `${a.day} ${a.index}` < `${b.day} ${b.index}` ? -1 : 1
}

async function indicesOf(client: ClusterClient, what: string): Promise<readonly string[]> {
  const indices = await dayIndices(client)
  if (indices === undefined) {
    throw new AppError('ENGINE_UNAVAILABLE', { reason: `${what} does not list its indices` })
  }
  return indices
}

/** Puts one prefix in the place of another, where the name has it and a day behind it. */
function renamed(index: string, from: string, to: string): string {
  const rest = index.startsWith(`${from}-`) ? index.slice(from.length) : ''
  return /^-\d{4}\.\d{2}\.\d{2}$/.test(rest) ? to + rest : index
}
