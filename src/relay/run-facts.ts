import type { TokenUsage } from '../accounts/index.ts'
import type { AnswerFacts } from './call-end.ts'
import type { CallRequest } from './call-request.ts'
import type { ProviderRun } from './provider-run.ts'
import { estimatePromptTokens, estimateTokens } from './token-estimate.ts'

/**
 * What a stream has shown so far; its usage is estimated when the provider gave none and has
 * said something.
 */
export function streamFacts(run: ProviderRun, request: CallRequest): AnswerFacts {
  return factsOf(run, request, false)
}

/** The guess for a call whose provider was left before it could tell what it did. */
export function abandonedFacts(run: ProviderRun, request: CallRequest): AnswerFacts {
  return factsOf(run, request, true)
}

function factsOf({ stream }: ProviderRun, request: CallRequest, always: boolean): AnswerFacts {
  const reader = stream?.reader
  const characters = reader?.characters
  const said = characters !== undefined && characters.narrow + characters.wide > 0
  const estimate = reader?.usage === undefined && (said || always)
  return {
    usage: estimate ? estimateUsage(request, characters) : reader?.usage,
    usageEstimated: estimate,
    finishReason: reader?.finishReason,
    responseModel: reader?.responseModel,
  }
}

function estimateUsage(
  request: CallRequest,
  characters: Parameters<typeof estimateTokens>[0] | undefined,
): TokenUsage {
  return {
    input_tokens: estimatePromptTokens(request.parsed()),
    output_tokens: characters === undefined ? 0 : estimateTokens(characters),
  }
}
