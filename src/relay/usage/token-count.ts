/** No call has more tokens; the price of more would leave the safe integers. */
const MOST_TOKENS = 10_000_000_000

/** Takes a provider's number of tokens; undefined when it is not one (negative, text, absurd). */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MOST_TOKENS
    ? Math.round(value)
    : undefined
}
