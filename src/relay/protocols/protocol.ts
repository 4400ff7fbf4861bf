import type { CallerError } from '../caller-error.ts'

export type ProtocolName = 'openai' | 'anthropic' | 'google'

/** How errors look in a wire protocol, so that its official SDKs raise the right class. */
export interface Protocol {
  readonly name: ProtocolName
  /** The body of an answer with an error status. */
  errorBody(error: CallerError, requestId: string): string
  /** The last event of a stream that fails after it has begun, blank line included. */
  errorEvent(error: CallerError, requestId: string): string
}
