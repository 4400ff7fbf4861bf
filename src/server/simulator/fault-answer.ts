import type { Fault } from '../../playbook/index.ts'
import type { WireProtocol } from './exchange.ts'

/** An error as a provider answers with. */
export interface FaultAnswer {
  readonly status: number
  readonly body: string
}

type ErrorFault = Exclude<Fault, 'cut'>

const FAULTS = {
  rate_limit: {
    openai: [429, 'rate_limit_error', 'Rate limit reached for requests'],
    anthropic: [429, 'rate_limit_error', 'This request would exceed your rate limit'],
    google: [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  },
  server_error: {
    openai: [500, 'server_error', 'The server had an error while processing your request'],
    anthropic: [500, 'api_error', 'Internal server error'],
    google: [500, 'INTERNAL', 'An internal error has occurred'],
  },
  overloaded: {
    openai: [503, 'server_error', 'The engine is currently overloaded'],
    anthropic: [529, 'overloaded_error', 'Overloaded'],
    google: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  },
} as const satisfies Record<ErrorFault, Record<WireProtocol, readonly [number, string, string]>>

/** Returns the answer of a provider in trouble; undefined for a fault that is no answer. */
export function faultAnswer(
  fault: string | undefined,
  protocol: WireProtocol,
): FaultAnswer | undefined {
  if (fault === undefined || !Object.hasOwn(FAULTS, fault)) return undefined
  const [status, type, message] = FAULTS[fault as ErrorFault][protocol]
  const bodies = {
    openai: {
      error: {
        message,
        type,
        param: null,
        code: status === 429 ? 'rate_limit_exceeded' : null,
      },
    },
    anthropic: { type: 'error', error: { type, message } },
    google: { error: { code: status, message, status: type } },
  }
  return { status, body: JSON.stringify(bodies[protocol]) }
}
