import type { Operation } from '../endpoints.ts'
import { isJsonObject, type JsonObject } from '../json-object.ts'
import { tokenCount } from '../usage/token-count.ts'
import type { AnswerContext, CallerCodec, ProviderCodec, Translated } from './codec.ts'
import type { WholeTranslation } from './whole-translation.ts'

/** The codecs between which a request for a token count is put over. */
export interface CountCodecs {
  readonly caller: CallerCodec
  readonly provider: ProviderCodec
}

/** What Anthropic takes for counting; any other parameter of a message is an error there. */
const COUNTED_BY_ANTHROPIC: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
])

/** Wanted of every message but not of a count; the number has no effect on it. */
const SOME_MAX_TOKENS = 4_096

/**
 * Puts a request for a token count into the provider's protocol: Anthropic's `count_tokens` to
 * Google's `countTokens` and back. OpenAI has no such call.
 */
export function translateCountTokens(
  operation: Operation,
  { caller, provider }: CountCodecs,
  providerModel: string,
  { request }: AnswerContext,
): Translated<WholeTranslation> {
  if (operation === 'messages_count_tokens' && provider.protocol === 'google') {
    const body = { max_tokens: SOME_MAX_TOKENS, ...request }
    return translate(body, caller, provider, providerModel, (written) => ({
      operation: 'google_count_tokens',
      body: { generateContentRequest: { model: `models/${providerModel}`, ...written } },
      answer: ({ totalTokens }) => ({ input_tokens: tokenCount(totalTokens) ?? 0 }),
    }))
  }
  if (operation === 'google_count_tokens' && provider.protocol === 'anthropic') {
    return translate(countedRequest(request), caller, provider, providerModel, (written) => ({
      operation: 'messages_count_tokens',
      body: Object.fromEntries(
        Object.entries(written).filter(([name]) => COUNTED_BY_ANTHROPIC.has(name)),
      ),
      answer: ({ input_tokens }) => ({ totalTokens: tokenCount(input_tokens) ?? 0 }),
    }))
  }
  return { ok: false, message: 'tokens cannot be counted at this provider' }
}

function translate(
  body: JsonObject,
  caller: CallerCodec,
  provider: ProviderCodec,
  model: string,
  toTranslation: (written: object) => WholeTranslation,
): Translated<WholeTranslation> {
  const read = caller.readRequest(body, { stream: false })
  if (!read.ok) return read
  // what limits or colours the answer has no part in the count
  const { system, messages, tools, toolChoice, reasoning, format } = read.value
  const written = provider.writeRequest(
    {
      system,
      messages,
      tools,
      stream: false,
      ...(toolChoice !== undefined && { toolChoice }),
      ...(reasoning !== undefined && { reasoning }),
      ...(format !== undefined && { format }),
    },
    model,
  )
  if (!written.ok) return written
  return {
    ok: true,
    unsupported: [...read.unsupported, ...written.unsupported],
    value: toTranslation(written.value),
  }
}

/** Google takes the contents alone or the whole request that they would be sent in. */
function countedRequest(request: JsonObject): JsonObject {
  const whole = request.generateContentRequest ?? request.generate_content_request
  return isJsonObject(whole) ? whole : request
}
