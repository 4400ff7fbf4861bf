import {
  type Deadline,
  type FoundDocument,
  type PageEntry,
  type StoreReader,
  UTC,
} from '../store/index.ts'
import type { CompiledPage } from './compiled-page.ts'
import type { Hit } from './search-answer.ts'
import type { SearchRequest } from './search-request.ts'
import type { CompiledSort } from './sort-keys.ts'

export interface HitsRequest {
  readonly request: SearchRequest
  readonly page: CompiledPage
  readonly entries: readonly PageEntry[]
  readonly deadline: Deadline
}

/** Reads the hits of a page; those that were dropped in the meantime are left out. */
export async function readHits(
  reader: StoreReader,
  { request, page, entries, deadline }: HitsRequest,
): Promise<readonly Hit[]> {
  const documents = await reader.documents({
    keys: entries,
    wants: request.source.wants,
    withTexts: request.source.isWanted,
    deadline,
  })
  return documents.flatMap((document, place) =>
    document === undefined ? [] : [hitOf(document, entries[place]!, request, page)],
  )
}

function hitOf(
  document: FoundDocument,
  entry: PageEntry,
  { source: picked, version, seqNoPrimaryTerm }: SearchRequest,
  { asked, score }: CompiledPage,
): Hit {
  const { index, id, source, routing } = document
  return {
    _index: index,
    _id: id,
    _score: score.kind === 'same' ? score.value : Number(entry.sort[score.place]),
    ...(routing !== undefined && { _routing: routing }),
    ...(version && { _version: document.version ?? 1 }),
    ...(seqNoPrimaryTerm && { _seq_no: document.seqNo ?? 0, _primary_term: 1 }),
    ...(picked.isWanted && { _source: picked.apply(source) }),
    ...(asked !== undefined && { sort: sortValues(entry, asked) }),
  }
}

function sortValues(entry: PageEntry, { formats }: CompiledSort): readonly unknown[] {
  return entry.sort.map((value, place) => {
    const format = formats[place]
    return format === undefined || typeof value !== 'number' ? value : format.format(value, UTC)
  })
}
