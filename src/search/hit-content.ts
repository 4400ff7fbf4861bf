import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Deadline, FoundDocument, PageEntry, StoreReader } from '../store/index.ts'
import { compileHighlight, type Highlighter } from './highlight.ts'
import type { HighlightContext } from './highlight-terms.ts'
import { compileDocValues, type DocValues, groupOf, readDocValues } from './hit-doc-values.ts'
import { compileFields, type FieldLists, type FieldsReader } from './hit-fields.ts'
import type { HitRequest } from './hit-request.ts'
import type { Hit } from './search-answer.ts'
import type { PartGroup } from './searched-parts.ts'

/** What hits hold, compiled for the groups they are in. */
export interface HitContent {
  readonly request: HitRequest
  readonly groups: readonly PartGroup[]
  readonly fields: readonly (FieldsReader | undefined)[]
  readonly docvalues: DocValues | undefined
  readonly highlighters: readonly (Highlighter | undefined)[]
}

/**
 * Compiles what hits are to hold.
 *
 * @throws SearchFailure for fields that cannot be given back in this way
 */
export function compileContent(
  request: HitRequest,
  groups: readonly PartGroup[],
  context: HighlightContext,
): HitContent {
  const { highlight } = request
  return {
    request,
    groups,
    fields: groups.map(({ sources }) => compileFields(request.fields, sources)),
    docvalues: compileDocValues(request.docvalues, groups),
    highlighters: groups.map((group) => highlight && compileHighlight(highlight, group, context)),
  }
}

/** A hit without what its search says of it: score and sort values. */
export type ReadHit = Omit<Hit, '_score' | 'sort'>

export interface ContentRequest {
  readonly content: HitContent
  readonly entries: readonly Pick<PageEntry, 'part' | 'row'>[]
  readonly deadline: Deadline
}

/** Other work is let in between when reading has gone on for so long. */
const TURN_MS = 20

/** Reads hits, in the order of the entries; undefined for one that was dropped meanwhile. */
export async function readContents(
  reader: StoreReader,
  { content, entries, deadline }: ContentRequest,
): Promise<readonly (ReadHit | undefined)[]> {
  const { request, groups, fields, docvalues, highlighters } = content
  const readers = [...fields, ...highlighters].filter((one) => one !== undefined)
  const [documents, lists] = await Promise.all([
    reader.documents({
      keys: entries,
      wants: (field) => request.source.wants(field) || readers.some((one) => one.needs(field)),
      withTexts: request.source.isWanted || readers.length > 0,
      deadline,
    }),
    docvalues && readDocValues(reader, { values: docvalues, groups, entries, deadline }),
  ])
  const hits: (ReadHit | undefined)[] = []
  let startMs = performance.now()
  for (const [place, document] of documents.entries()) {
    if (performance.now() - startMs > TURN_MS) {
      await nextTurn()
      // throws when the time of the search is up
      deadline.leftMs()
      startMs = performance.now()
    }
    const group = groupOf(entries[place]!.part, groups)
    hits.push(
      document &&
        hitOf(document, request, {
          fields: fields[group],
          values: lists?.[place],
          highlighter: highlighters[group],
        }),
    )
  }
  return hits
}

interface Beside {
  readonly fields: FieldsReader | undefined
  readonly values: FieldLists | undefined
  readonly highlighter: Highlighter | undefined
}

function hitOf(
  document: FoundDocument,
  { source, version, seqNoPrimaryTerm, withMeta }: HitRequest,
  { fields, values, highlighter }: Beside,
): ReadHit {
  const { routing, ignored = [] } = document
  const read = fields?.read(document)
  const lists = new Map([...(values ?? []), ...(read?.fields ?? [])])
  const highlight = highlighter?.highlight(document)
  return {
    _index: document.index,
    ...(withMeta && { _id: document.id }),
    ...(version && { _version: document.version ?? 1 }),
    ...(seqNoPrimaryTerm && { _seq_no: document.seqNo ?? 0, _primary_term: 1 }),
    ...(withMeta && routing !== undefined && { _routing: routing }),
    ...(withMeta && ignored.length > 0 && { _ignored: ignored }),
    ...(source.isWanted && { _source: source.apply(document.source) }),
    ...(lists.size > 0 && { fields: Object.fromEntries(lists) }),
    ...(highlight !== undefined &&
      highlight.size > 0 && { highlight: Object.fromEntries(highlight) }),
    ...(read !== undefined &&
      read.ignored.size > 0 && {
        ignored_field_values: Object.fromEntries(read.ignored),
      }),
  }
}
