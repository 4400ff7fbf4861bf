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
  /** Set when records are kept here, once the disk was looked at. */
  readonly disk?: {
    /** `full`: more than it may be, and no day is left that may be dropped. */
    readonly state: 'ok' | 'warn' | 'full'
    /** Why it is not well. */
    readonly reason?: string
    /** Room that the data folder takes. */
    readonly data_bytes: number
    /** Of `disk.max_gb`, when it is set. */
    readonly max_bytes?: number
    /** Of the file system. */
    readonly total_bytes: number
    readonly free_bytes: number
    /** Days dropped for room since the start. */
    readonly dropped_days: number
  }
  /** Set when records are written to an Elasticsearch or OpenSearch cluster. */
  readonly elasticsearch?: {
    /** `elasticsearch 8.11.0`; absent until the cluster has answered. */
    readonly product?: string
    /** Records written since the start. */
    readonly written: number
    /** Bytes of the journals that the cluster does not have. */
    readonly lag_bytes: number
    /** Why nothing gets on, and since when. */
    readonly trouble?: { readonly reason: string; readonly since: string }
    /** Records that the cluster refused for good; `dropped` of them are not kept any more. */
    readonly dead_letters: { readonly kept: number; readonly dropped: number }
  }
  readonly memory: { readonly rss_bytes: number }
}
