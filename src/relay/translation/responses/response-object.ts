import type { TokenUsage } from '../../../accounts/index.ts'
import { isJsonObject, type JsonObject } from '../../json-object.ts'
import type { StopReason } from '../answer-event.ts'
import type { AnswerContext } from '../codec.ts'
import type { ResponseOutput } from './response-output.ts'

/** What becomes of a response. */
export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete'

const CUT_SHORT: Readonly<Partial<Record<StopReason, string>>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
}

/** How a response that was answered to its end has turned out. */
export function finalStatus(stopReason: StopReason | undefined): ResponseStatus {
  const wasCut = stopReason !== undefined && CUT_SHORT[stopReason] !== undefined
  return wasCut ? 'incomplete' : 'completed'
}

/**
 * Writes the `response` object with all its fields; parameters of the request are repeated as
 * they were given, those that were not given as null or their default.
 */
export function responseObject(
  context: AnswerContext,
  status: ResponseStatus,
  output: ResponseOutput,
): object {
  const reason = status === 'incomplete' ? CUT_SHORT[output.stopReason ?? 'stop'] : undefined
  return {
    id: `resp_${context.requestId}`,
    object: 'response',
    created_at: context.createdSeconds,
    status,
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    model: context.model,
    output: output.toItems(),
    ...repeated(context.request),
    access_programs: null,
    previous_response_id: null,
    service_tier: 'default',
    store: false,
    truncation: 'disabled',
    usage: output.usage === undefined ? null : usageObject(output.usage),
  }
}

const PLAIN = { type: 'text' }

function repeated(request: JsonObject): object {
  const { reasoning, text } = request
  const tools: readonly unknown[] = Array.isArray(request.tools) ? request.tools : []
  return {
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: null, summary: null, ...(isJsonObject(reasoning) && reasoning) },
    safety_identifier: request.safety_identifier ?? null,
    temperature: request.temperature ?? null,
    text: isJsonObject(text) ? { ...text, format: text.format ?? PLAIN } : { format: PLAIN },
    tool_choice: request.tool_choice ?? 'auto',
    tools: tools.filter(isJsonObject).flatMap(repeatedTool),
    top_logprobs: 0,
    top_p: request.top_p ?? null,
    user: request.user ?? null,
  }
}

/** Tools of other types were not given to the model. */
function repeatedTool(tool: JsonObject): readonly object[] {
  if (tool.type !== 'function') return []
  return [{ ...tool, parameters: tool.parameters ?? null, strict: tool.strict ?? null }]
}

/** Writes `usage` as this protocol counts: the input includes what was cached or heard. */
function usageObject(usage: TokenUsage): object {
  const cacheRead = usage.cache_read_tokens ?? 0
  const cacheWrite = (usage.cache_write_5m_tokens ?? 0) + (usage.cache_write_1h_tokens ?? 0)
  const uncached = (usage.input_tokens ?? 0) + (usage.audio_input_tokens ?? 0)
  const input = uncached + cacheRead + cacheWrite
  const output = usage.output_tokens ?? 0
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning_tokens ?? 0 },
    total_tokens: input + output,
  }
}
