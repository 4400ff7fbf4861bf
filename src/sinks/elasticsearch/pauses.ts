/** Longest pause that a cluster may ask for. */
const LONGEST_ASKED_MS = 300_000

export interface PauseSettings {
  readonly firstMs: number
  readonly longestMs: number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** Pauses between attempts: each up to twice as long as the one before, half of it by chance. */
export class Pauses {
  readonly #settings: PauseSettings
  #failures = 0

  constructor(settings: PauseSettings) {
    this.#settings = settings
  }

  /** The next pause, ms; at least what the `retry-after` of an answer asks for. */
  next(retryAfter: string | string[] | undefined, nowMs: number): number {
    const { firstMs, longestMs, random } = this.#settings
    const most = Math.min(longestMs, firstMs * 2 ** Math.min(this.#failures++, 30))
    return Math.max(most / 2 + (random() * most) / 2, askedMs(retryAfter, nowMs))
  }

  /** Something succeeded: pauses begin anew. */
  reset(): void {
    this.#failures = 0
  }
}

/** Seconds, or a date. */
function askedMs(retryAfter: string | string[] | undefined, nowMs: number): number {
  const text = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
  if (text === undefined || text.trim() === '') return 0
  const seconds = Number(text)
  const ms = Number.isNaN(seconds) ? Date.parse(text) - nowMs : seconds * 1_000
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), LONGEST_ASKED_MS)
}
