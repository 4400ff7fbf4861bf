/** A model with its share of the calls, prices in USD per million tokens and speed. */
export interface Model {
  readonly name: string
  readonly provider: string
  readonly promptUsd: number
  readonly answerUsd: number
  readonly firstByteMs: number
  readonly msPerToken: number
  readonly failurePercent: number
}

/** The most frequent first. */
export const MODELS: readonly Model[] = [
  model('gpt-4o-mini', 'openai', [0.15, 0.6], [350, 9], 1.5),
  model('gpt-4o', 'openai', [2.5, 10], [480, 14], 2),
  model('claude-sonnet-4-20250514', 'anthropic', [3, 15], [900, 16], 3),
  model('gemini-2.5-flash', 'google', [0.3, 2.5], [420, 6], 2),
  model('deepseek-v3.2', 'deepseek', [0.1, 0.42], [1_100, 25], 6),
  model('claude-haiku-4', 'anthropic', [1, 5], [500, 8], 2),
  model('gemini-2.5-pro', 'google', [1.25, 10], [2_400, 11], 3),
  model('gpt-4.1', 'openai', [2, 8], [520, 12], 2),
]

function model(
  name: string,
  provider: string,
  [promptUsd, answerUsd]: readonly [number, number],
  [firstByteMs, msPerToken]: readonly [number, number],
  failurePercent: number,
): Model {
  return { name, provider, promptUsd, answerUsd, firstByteMs, msPerToken, failurePercent }
}

/** How a call fails. `{}` in a message is a number, `<*>` of its pattern. */
export interface Failure {
  readonly status: number
  readonly outcome: string
  readonly type: string
  readonly message: string
}

/** The most frequent first. */
export const FAILURES: readonly Failure[] = [
  failure(429, 'upstream_error', 'rate_limit', 'Rate limit reached: limit {}, used {}'),
  failure(500, 'upstream_error', 'server_error', 'The server had an error, shard {} is overloaded'),
  failure(504, 'timeout', 'timeout_first_byte', 'no answer within {} ms'),
  failure(529, 'upstream_error', 'overloaded', 'Overloaded'),
  failure(400, 'bad_request', 'bad_request', 'maximum context length is {} tokens'),
  failure(502, 'upstream_error', 'connect', 'connection reset by peer after {} bytes'),
]

function failure(status: number, outcome: string, type: string, message: string): Failure {
  return { status, outcome, type, message }
}

export const SDKS = ['openai-python/1.99', 'openai-node/6.1', 'anthropic-python/0.64', 'curl/8.9']
export const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-1', 'us-west-2']
export const FINISH_REASONS = ['stop', 'stop', 'stop', 'stop', 'length', 'tool_calls']
export const ENVIRONMENTS = ['production', 'production', 'production', 'staging', 'test']
