import { describe, expect, it } from 'vitest'
import { goldenBody, goldenStream } from '../../../test/support/golden-answers.ts'
import { createPriceBook, type TokenUsage } from '../../accounts/index.ts'
import { systemClock } from '../../kernel/index.ts'
import { ANSWER_FORMATS } from '../answers/index.ts'
import type { Operation } from '../endpoints.ts'
import { SseSplitter } from '../sse-splitter.ts'
import { readChatUsage } from './chat-usage.ts'
import { readMessagesUsage } from './messages-usage.ts'

const GOLDEN: readonly (readonly [string, Operation, TokenUsage])[] = [
  [
    'openai-chat',
    'chat',
    { input_tokens: 86, cache_read_tokens: 1920, output_tokens: 300, reasoning_tokens: 256 },
  ],
  ['openai-chat-tools', 'chat', { input_tokens: 82, output_tokens: 42 }],
  [
    'openai-chat-audio',
    'chat',
    {
      input_tokens: 16,
      audio_input_tokens: 94,
      output_tokens: 60,
      audio_output_tokens: 46,
    },
  ],
  [
    'openai-responses',
    'responses',
    { input_tokens: 131, cache_read_tokens: 2944, output_tokens: 487, reasoning_tokens: 448 },
  ],
  ['openai-completions', 'completions', { input_tokens: 5, output_tokens: 7 }],
  [
    'openai-transcription',
    'transcription',
    { input_tokens: 10, audio_input_tokens: 14, output_tokens: 45 },
  ],
  ['openai-image', 'image_generation', { input_tokens: 50, output_tokens: 4160 }],
  [
    'anthropic-messages',
    'messages',
    { input_tokens: 3, cache_write_5m_tokens: 12_304, output_tokens: 550 },
  ],
  [
    'google-generate',
    'generate_content',
    { input_tokens: 146, cache_read_tokens: 4064, output_tokens: 246, reasoning_tokens: 212 },
  ],
  [
    'google-generate-audio',
    'generate_content',
    { input_tokens: 18, audio_input_tokens: 320, output_tokens: 25 },
  ],
  [
    'deepseek-chat',
    'chat',
    { input_tokens: 74, cache_read_tokens: 1216, output_tokens: 412, reasoning_tokens: 380 },
  ],
  [
    'openrouter-chat',
    'chat',
    {
      input_tokens: 14_000,
      cache_read_tokens: 155_000,
      cache_write_5m_tokens: 3_000,
      output_tokens: 0,
    },
  ],
]

describe("a provider's own numbers", () => {
  it.each(GOLDEN)('of %s are read from its whole answer', (name, operation, usage) => {
    expect(ANSWER_FORMATS[operation].readWhole(goldenBody(name)).usage).toEqual(usage)
  })

  it.each(GOLDEN)('of %s are the same when the answer is streamed', (name, operation, usage) => {
    const reader = ANSWER_FORMATS[operation].readStream(100_000)
    const splitter = new SseSplitter((data) => reader.add(data) !== 'done')
    splitter.push(goldenStream(name))
    splitter.end()
    expect(reader.usage).toEqual(usage)
  })

  it('of spoken text are at the end of its stream', () => {
    const reader = ANSWER_FORMATS.speech.readStream(100_000)
    const splitter = new SseSplitter((data) => reader.add(data) !== 'done')
    splitter.push(goldenStream('openai-speech'))
    expect(reader.usage).toEqual({ input_tokens: 14, output_tokens: 101 })
  })

  it('of an embedding are its input', () => {
    expect(ANSWER_FORMATS.embeddings.readWhole(goldenBody('openai-embeddings')).usage).toEqual({
      input_tokens: 8,
      output_tokens: 0,
    })
  })

  it("of Gemini's vectors are its input", () => {
    const answer = { embedding: { values: [0.1] }, usageMetadata: { promptTokenCount: 9 } }
    expect(ANSWER_FORMATS.embed_content.readWhole(answer).usage).toEqual({
      input_tokens: 9,
      output_tokens: 0,
    })
  })

  it.each([
    ['messages_count_tokens', { input_tokens: 2095 }],
    ['google_count_tokens', { totalTokens: 31, cachedContentTokenCount: 0 }],
    ['moderations', { id: 'modr-1', model: 'omni-moderation-latest', results: [] }],
  ] as const)('are absent where a call is free: %s', (operation, answer) => {
    expect(ANSWER_FORMATS[operation].readWhole(answer).usage).toBeUndefined()
  })
})

describe('the price of what a provider counted', () => {
  const book = createPriceBook({}, systemClock)
  const priceOf = (provider: string, model: string, usage: TokenUsage | undefined) =>
    usage && book.costNanoUsd(provider, model, usage)

  it('is 0.166250 USD for 172,000 tokens, 155,000 read from the cache and 3,000 written', () => {
    const asOpenRouter = readChatUsage(goldenBody('openrouter-chat').usage)
    expect(priceOf('openrouter', 'anthropic/claude-opus-4.5', asOpenRouter)).toBe(166_250_000)

    const asAnthropic = readMessagesUsage({
      input_tokens: 14_000,
      cache_creation_input_tokens: 3_000,
      cache_read_input_tokens: 155_000,
      cache_creation: { ephemeral_5m_input_tokens: 3_000, ephemeral_1h_input_tokens: 0 },
      output_tokens: 0,
    })
    expect(asAnthropic).toEqual(asOpenRouter)
    expect(priceOf('anthropic', 'claude-opus-4-5', asAnthropic)).toBe(166_250_000)
  })

  it('is 0.054399 USD for 3 tokens, 12,304 written to the cache and 550 answered by Sonnet', () => {
    const { model, usage } = goldenBody('anthropic-messages')
    expect(priceOf('anthropic', String(model), readMessagesUsage(usage))).toBe(54_399_000)
  })
})
