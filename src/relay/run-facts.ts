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
  const given = reader?.usage
  const said = reader === undefined ? 0 : estimateTokens(reader.characters)
  const usage =
    given === undefined
      ? said > 0 || always
        ? { input_tokens: estimatePromptTokens(request.parsed()), output_tokens: said }
        : undefined
      : stream?.complete === true
        ? given
        : atLeast(given, said)
  return {
    usage,
    usageEstimated: usage !== given,
    finishReason: reader?.finishReason,
    responseModel: reader?.responseModel,
  }
}

/**
 * Some providers count the answer at its end only and begin with a 0 or 1: of a stream that broke
 * off that says nothing. One that counts as it goes is not far from any estimate and wins.
 */
function atLeast(usage: TokenUsage, said: number): TokenUsage {
  return said > 2 * (usage.output_tokens ?? 0) ? { ...usage, output_tokens: said } : usage
}
