import type { Simulation } from '../../playbook/index.ts'
import type { JsonObject } from './json-value.ts'

export type WireProtocol = 'openai' | 'anthropic' | 'google'

/** A request to the simulator as it came in; aimock hands on only a part of it. */
export interface Exchange {
  readonly path: string
  readonly protocol: WireProtocol
  readonly simulation: Simulation
  /** The body; empty until it was read, and when it is no JSON object. */
  readonly body: () => JsonObject
}

/** Tells whose protocol answers at a path. */
export function protocolOf(path: string): WireProtocol {
  if (path.startsWith('/v1beta/')) return 'google'
  return path.startsWith('/v1/messages') ? 'anthropic' : 'openai'
}
