/** How often and how long something is measured, in turn with the others. */
export interface Turns {
  readonly count: number
  readonly ms: number
}

/** How long everything takes. */
export interface Plan {
  /** Long enough for the compiler to have seen everything. */
  readonly warmUpMs: number
  /** The same for one path more through a warm process, or for a slow one. */
  readonly shortWarmUpMs: number
  readonly throughput: Turns
  /** For each number of calls a second. */
  readonly rates: readonly { readonly perSecond: number; readonly turns: Turns }[]
  readonly streamMs: number
}

/** The rate that all can take. */
export const LOWEST_RATE = 50

export const FULL: Plan = {
  warmUpMs: 8_000,
  shortWarmUpMs: 3_000,
  throughput: { count: 4, ms: 2_000 },
  rates: [
    { perSecond: LOWEST_RATE, turns: { count: 3, ms: 3_000 } },
    ...[200, 1_000, 2_000].map((perSecond) => ({ perSecond, turns: { count: 5, ms: 1_000 } })),
  ],
  streamMs: 4_000,
}

export const QUICK: Plan = {
  warmUpMs: 2_000,
  shortWarmUpMs: 1_000,
  throughput: { count: 1, ms: 1_000 },
  rates: [LOWEST_RATE, 200, 1_000, 2_000].map((perSecond) => ({
    perSecond,
    turns: { count: 1, ms: 1_000 },
  })),
  streamMs: 2_000,
}
