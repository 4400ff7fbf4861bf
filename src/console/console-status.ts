/** How far the store has followed one journal. */
interface JournalProgress {
  /** Folder under `DATA/journal`: `relay`, `intake`. */
  readonly name: string
  /** Logical byte offset of the journal's end. */
  readonly end: number
  /** Offset up to which its records can be searched. */
  readonly stored: number
  /** `end - stored`, in bytes. */
  readonly lag_bytes: number
}

/** What the console shows of the running system; the answer of `GET /api/status`. */
export interface ConsoleStatus {
  readonly version: string
  /** True when no provider key is set and simulated providers answer. */
  readonly simulated: boolean
  readonly uptime_s: number
  readonly relay: {
    readonly up: boolean
    /** Address for applications, without `/v1`. */
    readonly url: string
    /** Public model names, the first is used in examples. */
    readonly models: readonly string[]
  }
  readonly journals: readonly JournalProgress[]
  readonly store: { readonly days: number; readonly rows: number }
  readonly memory: { readonly rss_bytes: number }
}
