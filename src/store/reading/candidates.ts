/** What the word index says of a probe. */
export interface Candidates {
  /** Rows that match, ascending. */
  readonly certain: Float64Array
  /** Rows that match if their texts do; ascending, and may be among the certain ones. */
  readonly doubtful: Float64Array
}
