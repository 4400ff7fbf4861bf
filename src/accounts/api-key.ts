/** Limits of one key; what is absent is not limited. Whole numbers above 0. */
export interface KeyLimits {
  readonly requestsPerMinute?: number
  /** Prompt and answer together. */
  readonly tokensPerMinute?: number
  /** Calls under way at once. */
  readonly concurrent?: number
}

/** What the maker of a key decides. */
export interface NewKey {
  readonly name: string
  readonly team?: string
  /** Public model names that may be called; `gpt-4*` stands for all that begin so. Absent: all. */
  readonly models?: readonly string[]
  /** Paths of endpoints that may be called, `/v1/audio/*` likewise. Absent: all. */
  readonly endpoints?: readonly string[]
  /** Take the place of the limits that the configuration sets for every key. */
  readonly limits?: KeyLimits
  /** From this moment on the key is refused, milliseconds since 1970 UTC. */
  readonly expiresMs?: number
}

/** What is known of a key; the key itself is shown once and kept only as SHA-256. */
export interface ApiKey extends NewKey {
  readonly id: string
  readonly createdMs: number
  readonly revokedMs?: number
}
