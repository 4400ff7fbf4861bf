import { SIMULATION_HEADER, type Simulation } from '../../src/playbook/index.ts'

/** Simulated providers answer at once, with few tokens. */
const QUICK: Simulation = { promptTokens: 12, completionTokens: 5, speed: 1_000 }

/**
 * A chat call by plain HTTP, as tests of bad input need it. Simulated providers answer at once
 * unless `headers` tell them otherwise.
 */
export function postChat(
  relay: string,
  options: {
    readonly key?: string | undefined
    readonly body: unknown
    readonly headers?: Readonly<Record<string, string>>
    readonly signal?: AbortSignal
  },
): Promise<Response> {
  const { body, headers, key, signal } = options
  return fetch(`${relay}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...simulationHeader(QUICK),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  })
}

/** The header that tells simulated providers how to answer, by any protocol. */
export function simulationHeader(simulation: Simulation): Record<string, string> {
  return { [SIMULATION_HEADER]: JSON.stringify(simulation) }
}

/** The body of a call; sent by `postChat`, simulated providers answer it at once. */
export function quickRequest(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    model: 'gpt-4o',
    messages: [{ role: 'user' as const, content: 'What is the capital of France?' }],
    ...changes,
  }
}
