import OpenAI from 'openai'
import { messageOf } from '../../kernel/index.ts'
import type { Reply, SendCall } from './call-result.ts'
import { type PlannedCall, type ReplayPlan, requestBody, requestHeaders } from './plan.ts'
import type { RelayAccess } from './send-raw.ts'

type Usage = OpenAI.CompletionUsage | null | undefined

/** Makes calls with the official `openai` SDK, as applications do; nothing is tried again. */
export function sdkSender(plan: ReplayPlan, { relay, key }: RelayAccess): SendCall {
  const client = new OpenAI({ baseURL: `${relay}/v1`, apiKey: key, maxRetries: 0 })
  return async (call) => {
    try {
      return call.stream ? await streamed(client, plan, call) : await whole(client, plan, call)
    } catch (error) {
      return failedReply(error)
    }
  }
}

async function whole(client: OpenAI, plan: ReplayPlan, call: PlannedCall): Promise<Reply> {
  const { data, response } = await client.chat.completions
    .create({ ...requestBody(plan, call), stream: false }, { headers: requestHeaders(plan, call) })
    .withResponse()
  return { ending: 'answered', ...headOf(response), ...usageOf(data.usage) }
}

async function streamed(client: OpenAI, plan: ReplayPlan, call: PlannedCall): Promise<Reply> {
  const { data, response } = await client.chat.completions
    .create({ ...requestBody(plan, call), stream: true }, { headers: requestHeaders(plan, call) })
    .withResponse()
  let usage: Usage
  let finished = false
  try {
    for await (const chunk of data) {
      usage = chunk.usage ?? usage
      finished ||= chunk.choices.some(({ finish_reason }) => finish_reason !== null)
    }
  } catch (error) {
    // an error event inside the stream is an answer, a torn connection is none
    const ending = error instanceof OpenAI.APIError && error.error !== undefined
    return { ...failedReply(error), ...headOf(response), ending: ending ? 'answered' : 'broken' }
  }
  return {
    ending: finished ? 'answered' : 'broken',
    ...headOf(response),
    ...usageOf(usage),
    ...(!finished && { error: 'stream ended early' }),
  }
}

function failedReply(error: unknown): Reply {
  if (error instanceof OpenAI.APIConnectionError || !(error instanceof OpenAI.APIError)) {
    const cause =
      error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined
    const unreached = deepCode(cause) === 'ECONNREFUSED'
    return { ending: unreached ? 'unreached' : 'broken', error: messageOf(error) }
  }
  return {
    ending: 'answered',
    ...(error.status !== undefined && { status: error.status }),
    ...(error.requestID != null && { requestId: error.requestID }),
    error: error.message,
  }
}

function deepCode(cause: unknown): string | undefined {
  const { code, cause: inner } = (cause ?? {}) as { code?: string; cause?: unknown }
  return code ?? (inner === undefined ? undefined : deepCode(inner))
}

function headOf(response: Response): { status: number; requestId?: string } {
  const id = response.headers.get('x-request-id')
  return { status: response.status, ...(id !== null && { requestId: id }) }
}

function usageOf(usage: Usage): Pick<Reply, 'seenPromptTokens' | 'seenCompletionTokens'> {
  return usage == null
    ? {}
    : { seenPromptTokens: usage.prompt_tokens, seenCompletionTokens: usage.completion_tokens }
}
