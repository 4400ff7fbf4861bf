import {
  type DocumentOutcome,
  parseLossless,
  type SourceFilter,
  sourceFilter,
} from '../search/index.ts'
import { isObject } from './bulk-request.ts'
import type { DocumentRequest } from './document-request.ts'

/**
 * What an update answers of the document as it is afterwards: undefined for nothing, unless
 * `_source` of its body or else of the request (`wanted`) asks for it.
 *
 * @throws SearchFailure for a `_source` of the wrong form
 */
export function updateFilter(
  { action, source }: DocumentRequest,
  wanted: unknown,
): SourceFilter | undefined {
  if (action !== 'update') return undefined
  const filter = sourceFilter(ownWish(source) ?? wanted ?? false)
  return filter.isWanted ? filter : undefined
}

function ownWish(body: string | undefined): unknown {
  // most updates do not have it, and need not be parsed once more
  if (body === undefined || !body.includes('"_source"')) return undefined
  try {
    const parsed: unknown = JSON.parse(body)
    return isObject(parsed) ? parsed._source : undefined
  } catch (error) {
    // refused where it is to be carried out
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The part of an answer that has the document after its update. */
export function updatedSource(outcome: DocumentOutcome, filter: SourceFilter | undefined) {
  if (filter === undefined || outcome.kind === 'failed' || outcome.source === undefined) return {}
  const source = parseLossless(outcome.source)
  return {
    get: {
      _seq_no: outcome.seqNo,
      _primary_term: outcome.primaryTerm,
      found: true,
      _source: isObject(source) ? filter.apply(source) : source,
    },
  }
}
