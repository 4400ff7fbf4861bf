/**
 * Request header by which simulated providers are told what to answer: a `Simulation` as JSON.
 * The relay hands on headers it does not know, whichever protocol the provider speaks.
 */
export const SIMULATION_HEADER = 'x-aimock-context'

/** What a replay lets the simulator get wrong. `cut` ends the connection amid the answer. */
export const FAULTS = ['rate_limit', 'server_error', 'overloaded', 'cut'] as const

export type Fault = (typeof FAULTS)[number]

/** How a simulated provider is to answer one request. */
export interface Simulation {
  /** Prompt tokens in the usage of the answer. */
  readonly promptTokens?: number
  /** Tokens of the answer in its usage; its text has about that length. */
  readonly completionTokens?: number
  /** How many times faster than a real provider. */
  readonly speed?: number
  /** Milliseconds before anything of the answer is sent, on top of what `speed` makes of it. */
  readonly firstByteMs?: number
  /** `hang` never answers. */
  readonly fault?: Fault | 'hang'
  /** Seconds in the `retry-after` of a `rate_limit`; without it there is no such header. */
  readonly retryAfterS?: number
}
