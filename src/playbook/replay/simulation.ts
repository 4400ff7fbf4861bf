/** Key in a request's `metadata` under which the simulator is told what to answer. */
export const SIMULATION_FIELD = 'simulate'

/** What the simulator can be asked to get wrong. `cut` ends the connection amid the answer. */
export const FAULTS = ['rate_limit', 'server_error', 'overloaded', 'cut'] as const

export type Fault = (typeof FAULTS)[number]

/** How a simulated provider is to answer one request: the JSON under `metadata.simulate`. */
export interface Simulation {
  /** `usage.prompt_tokens` of the answer. */
  readonly promptTokens?: number
  /** `usage.completion_tokens` of the answer; its text has about that length. */
  readonly completionTokens?: number
  /** How many times faster than a real provider. */
  readonly speed?: number
  readonly fault?: Fault
}
