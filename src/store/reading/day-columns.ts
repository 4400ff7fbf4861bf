/** Records of one index (prefix and day) in a day's column file. */
interface PrefixRows {
  /** Index name without its day. */
  readonly prefix: string
  readonly rows: number
  /** Earliest and latest `@timestamp`, milliseconds since 1970 UTC. */
  readonly firstMs: number
  readonly lastMs: number
}

/** What a day's column file holds. */
export interface DayColumns {
  /** UTC day `YYYY-MM-DD` of the indices. */
  readonly day: string
  readonly prefixes: readonly PrefixRows[]
  /** Columns that the file, written by an older version, does not have. */
  readonly missing: readonly string[]
  /** Size of the day's files. */
  readonly bytes: number
}
