/** What differs between models behind this protocol; known by name alone. */
export interface ModelTraits {
  /** OpenAI's reasoning models refuse `max_tokens`, most others know nothing else. */
  readonly maxTokensName: 'max_tokens' | 'max_completion_tokens'
  /** Whether it takes `reasoning_effort: none`; models that do not think refuse it. */
  readonly reasoning: boolean
  /** DeepSeek refuses a tool call of an earlier turn without the thoughts that led to it. */
  readonly wantsThoughtsBack: boolean
  /** DeepSeek thinks unless told not to, and has a parameter of its own for that. */
  readonly thinkingSwitch: boolean
}

const REASONING_MODEL = /^(o[1-9]|gpt-[5-9])(?![a-z])/i

/** Tells the traits of a model by the provider's own name of it, `vendor/` in front or not. */
export function modelTraits(model: string): ModelTraits {
  const name = model.slice(model.lastIndexOf('/') + 1)
  const isDeepSeek = /^deepseek/i.test(name)
  const reasoning = REASONING_MODEL.test(name)
  return {
    maxTokensName: reasoning ? 'max_completion_tokens' : 'max_tokens',
    reasoning,
    wantsThoughtsBack: isDeepSeek,
    thinkingSwitch: isDeepSeek,
  }
}
