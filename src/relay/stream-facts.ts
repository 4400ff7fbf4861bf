import type { TokenUsage } from '../accounts/index.ts'
import type { AnswerFacts } from './call-end.ts'
import type { Provider } from './providers/provider.ts'
import type { StreamAssembler } from './stream-assembler.ts'
import { estimatePromptTokens, estimateTokens } from './token-estimate.ts'

/** What a stream has shown so far; its usage is estimated when the provider gave none. */
export function streamFacts(
  assembler: StreamAssembler,
  provider: Provider,
  requestBody: Buffer,
): AnswerFacts {
  const usage = provider.readUsage(assembler.usage)
  const answered = assembler.characters.narrow + assembler.characters.wide > 0
  return {
    usage: usage ?? (answered ? estimateUsage(requestBody, assembler) : undefined),
    usageEstimated: usage === undefined && answered,
    finishReason: assembler.finishReason,
    responseModel: assembler.model,
  }
}

/** The guess for a call whose provider was left before it could tell what it did. */
export function abandonedFacts(
  assembler: StreamAssembler,
  provider: Provider,
  requestBody: Buffer,
): AnswerFacts {
  const facts = streamFacts(assembler, provider, requestBody)
  if (facts.usage !== undefined) return facts
  return { ...facts, usage: estimateUsage(requestBody, assembler), usageEstimated: true }
}

function estimateUsage(requestBody: Buffer, { characters }: StreamAssembler): TokenUsage {
  return {
    input_tokens: estimatePromptTokens(requestBody),
    output_tokens: estimateTokens(characters),
  }
}
