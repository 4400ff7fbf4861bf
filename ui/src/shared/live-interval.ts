import { LIVE_MS } from './status-query.ts'

/** Searches take at most this part of the time, however long the range. */
const BUSY_SHARE = 4

interface Polled {
  readonly state: { readonly data: unknown }
}

/**
 * Returns how long to wait until the next search of a live page: two seconds, or longer when
 * searches take long. Reads `tookMs` of the last answer, or of its first page.
 */
export function liveInterval(live: boolean): (query: Polled) => number | false {
  return ({ state }) => live && Math.max(LIVE_MS, tookMs(state.data) * BUSY_SHARE)
}

interface Timed {
  readonly tookMs?: number
  readonly pages?: readonly { readonly tookMs: number }[]
}

function tookMs(data: unknown): number {
  const timed = data as Timed | undefined
  return timed?.tookMs ?? timed?.pages?.[0]?.tookMs ?? 0
}
