import type { Operation } from '../endpoints.ts'

/** A request that is never streamed in the provider's protocol, and how its answer comes back. */
export interface WholeTranslation {
  /** The operation that the provider is asked for. */
  readonly operation: Operation
  readonly body: object
  /** Puts an answer of the provider into the caller's protocol. Never throws. */
  readonly answer: (answer: Readonly<Record<string, unknown>>) => object
}
