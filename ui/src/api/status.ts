import { fetchJson } from './elastic.ts'

/** How far the store has followed one journal; offsets and lag in bytes. */
interface JournalProgress {
  readonly name: string
  readonly end: number
  readonly stored: number
  readonly lag_bytes: number
}

/** The answer of `GET /api/status`. */
export interface Status {
  readonly version: string
  readonly simulated: boolean
  readonly uptime_s: number
  readonly relay: {
    readonly up: boolean
    readonly url: string
    readonly models: readonly string[]
  }
  readonly journals: readonly JournalProgress[]
  readonly store: { readonly days: number; readonly rows: number }
  readonly memory: { readonly rss_bytes: number }
}

/**
 * Asks how the system is.
 *
 * @throws ApiFailure
 */
export async function fetchStatus(signal: AbortSignal): Promise<Status> {
  return (await fetchJson('/api/status', {}, signal)) as Status
}
