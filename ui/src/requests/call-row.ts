import type { CallSource, SearchHit } from '../api/elastic.ts'

/** One line of the request table. */
export interface CallRow {
  /** Differs for all rows: two days may hold documents of one id. */
  readonly key: string
  /** The document's id, by which it is opened; for relayed calls the same as `requestId`. */
  readonly id: string
  readonly requestId: string | undefined
  readonly timeMs: number
  readonly model: string | undefined
  readonly provider: string | undefined
  readonly statusCode: number | undefined
  readonly outcome: string | undefined
  readonly latencyMs: number | undefined
  readonly tokens: number | undefined
  readonly costUsd: number | undefined
  readonly userId: string | undefined
  readonly error: string | undefined
}

const BROKEN_OUTCOMES = new Set(['upstream_error', 'timeout', 'relay_error', 'lost'])

/** Reads what a search returned for one call. */
export function readRow({ _index, _id, _source }: SearchHit): CallRow {
  return {
    key: `${_index}/${_id}`,
    id: _id,
    requestId: text(_source.request_id),
    timeMs: timeOf(_source),
    model: text(_source.model),
    provider: text(_source.provider),
    statusCode: number(_source.status_code),
    outcome: text(_source.outcome),
    latencyMs: number(_source.latency_ms),
    tokens: number(_source.tokens_used),
    costUsd: number(_source.cost_usd),
    userId: text(_source.user_id),
    error: text(_source.error_message),
  }
}

/**
 * Joins pages to one list. A record that came late moves later pages by one, so that their first
 * row may have been the last one before.
 */
export function joinPages(pages: readonly { readonly rows: readonly CallRow[] }[]): CallRow[] {
  const byKey = new Map(pages.flatMap(({ rows }) => rows).map((row) => [row.key, row]))
  return [...byKey.values()]
}

/** Tells whether the call counts as failed, by the same rule as the searches. */
export function isFailed({ statusCode, outcome }: Pick<CallRow, 'statusCode' | 'outcome'>) {
  return (statusCode ?? 0) >= 400 || BROKEN_OUTCOMES.has(outcome ?? '')
}

/** When the call was admitted. */
export function timeOf(source: CallSource): number {
  const time = source['@timestamp']
  return typeof time === 'number' ? time : Date.parse(String(time))
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Decimals may come as text, so that no digit is lost. */
export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : undefined
}
