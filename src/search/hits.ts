import type { Deadline, PageEntry, StoreReader } from '../store/index.ts'
import type { CompiledPage, ScorePlace } from './compiled-page.ts'
import { type HitContent, type ReadHit, readContents } from './hit-content.ts'
import { shortFloat } from './hit-value.ts'
import type { Hit } from './search-answer.ts'

export interface HitsRequest {
  readonly content: HitContent
  readonly page: CompiledPage
  readonly entries: readonly PageEntry[]
  readonly deadline: Deadline
}

/** Reads the hits of a page; those that were dropped in the meantime are left out. */
export async function readHits(
  reader: StoreReader,
  { content, page, entries, deadline }: HitsRequest,
): Promise<readonly Hit[]> {
  const read = await readContents(reader, { content, entries, deadline })
  return read.flatMap((hit, place) =>
    hit === undefined ? [] : [withPlace(hit, entries[place]!, page)],
  )
}

/** A hit with its score, sort values and what it was collapsed by. */
function withPlace(
  { _index, _id, fields, ...rest }: ReadHit,
  entry: PageEntry,
  { asked, score, collapse }: CompiledPage,
): Hit {
  const { group = null } = entry
  const own =
    collapse === undefined || group === null ? {} : { [collapse.field]: [collapse.answer(group)] }
  const all = { ...fields, ...own }
  return {
    _index,
    ...(_id !== undefined && { _id }),
    _score: scoreOf(entry, score),
    ...rest,
    ...(Object.keys(all).length > 0 && { fields: all }),
    ...(asked !== undefined && { sort: asked.answer(entry.sort) }),
  }
}

/** The score of a hit, in the precision of Elasticsearch's. */
export function scoreOf(
  { sort, values }: Pick<PageEntry, 'sort' | 'values'>,
  place: ScorePlace,
): number | null {
  if (place.kind === 'same') return place.value
  const cell = place.kind === 'key' ? sort[place.place] : values[place.place]
  return shortFloat(Number(cell))
}
