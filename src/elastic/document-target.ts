import {
  type DataStreamMeta,
  type IndexState,
  illegalArgument,
  indexNotFound,
  SearchFailure,
  templateFor,
  templateSet,
  withDates,
} from '../search/index.ts'
import type { DocumentAction } from './document-request.ts'

/** Names of log indices: their records are kept by day and never change. */
const LOG_NAME = /^holysheep-/

/** Where a document goes. */
export type DocumentTarget =
  | { readonly kind: 'log'; readonly index: string }
  | { readonly kind: 'documents'; readonly index: string }
  /** An index, or data stream, that has to be made first. */
  | { readonly kind: 'missing'; readonly index: string; readonly isStream: boolean }

export interface TargetRequest {
  readonly action: DocumentAction
  readonly index: string
  readonly requireAlias: boolean
  readonly nowMs: number
}

/**
 * Finds the one index that a write goes to: an alias's write index, the newest index of a data
 * stream, or the index of that name.
 *
 * @throws SearchFailure when that cannot be said, or must not be
 */
export function documentTarget(state: IndexState, request: TargetRequest): DocumentTarget {
  const name = withDates(request.index, request.nowMs)
  const stream = state.dataStreams.find((known) => known.name === name)
  if (stream !== undefined) return streamTarget(stream, request)
  const alias = aliasTarget(state, name)
  if (alias !== undefined) return placed(state, alias)
  if (request.requireAlias) {
    const reason = `no such index [${name}] and [require_alias] request flag is [true] and [${name}] is not an alias`
    throw new SearchFailure({ ...indexNotFound(name).details, reason })
  }
  if (LOG_NAME.test(name) || state.indices.some((index) => index.name === name)) {
    return placed(state, name)
  }
  if (request.action === 'delete') throw indexNotFound(name)
  const template = templateFor(templateSet(state).index, name)
  return { kind: 'missing', index: name, isStream: template?.body.data_stream !== undefined }
}

function placed(state: IndexState, index: string): DocumentTarget {
  const meta = state.indices.find(({ name }) => name === index)
  if (meta === undefined) return { kind: 'log', index }
  if (meta.isOpen) return { kind: 'documents', index }
  throw new SearchFailure({
    type: 'index_closed_exception',
    reason: 'closed',
    status: 400,
    index,
  })
}

function streamTarget(stream: DataStreamMeta, { action }: TargetRequest): DocumentTarget {
  const index = stream.indices.at(-1)
  if (action === 'create' && index !== undefined) return { kind: 'documents', index }
  throw illegalArgument('only write ops with an op_type of create are allowed in data streams')
}

function aliasTarget(state: IndexState, alias: string): string | undefined {
  const members = [
    ...state.indices.map(({ name, aliases }) => ({ name, meta: aliases[alias] })),
    ...Object.entries(state.logAliases).map(([name, aliases]) => ({ name, meta: aliases[alias] })),
  ].filter(({ meta }) => meta !== undefined)
  const [only, second] = members
  if (only === undefined) return undefined
  const writing = members.find(({ meta }) => meta?.is_write_index === true)
  if (writing !== undefined) return writing.name
  if (second === undefined && only.meta?.is_write_index !== false) return only.name
  throw illegalArgument(
    `no write index is defined for alias [${alias}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index`,
  )
}
