/** A chat call by plain HTTP, as tests of bad input need it. */
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
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  })
}

/** A request that simulated providers answer at once, with these token counts. */
export function quickRequest(changes: Readonly<Record<string, unknown>> = {}) {
  return simulatedRequest({ promptTokens: 12, completionTokens: 5, speed: 1_000 }, changes)
}

/** A request that tells simulated providers how to answer. */
export function simulatedRequest(
  simulation: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {},
) {
  return {
    model: 'gpt-4o',
    messages: [{ role: 'user' as const, content: 'What is the capital of France?' }],
    metadata: { simulate: JSON.stringify(simulation) },
    ...changes,
  }
}
