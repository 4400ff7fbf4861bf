import type { StopReason } from '../answer-event.ts'

const REASONS: Readonly<Record<string, StopReason>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  insufficient_system_resource: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
}

/**
 * Reads a `finish_reason`, those of other providers included; unknown ones mean an ordinary end.
 * Some say `stop` when they call tools.
 */
export function readFinishReason(given: string, hasToolCalls: boolean): StopReason {
  const reason = (Object.hasOwn(REASONS, given) ? REASONS[given] : undefined) ?? 'stop'
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : reason
}

/** Writes a `finish_reason`. */
export function writeFinishReason(reason: StopReason): string {
  return reason === 'stop_sequence' ? 'stop' : reason
}
