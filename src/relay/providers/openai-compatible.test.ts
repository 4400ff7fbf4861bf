import { describe, expect, it } from 'vitest'
import { openaiCompatible } from './openai-compatible.ts'

describe("OpenAI's usage", () => {
  it('is cut into disjoint buckets', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 300,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 640, audio_tokens: 60, cache_write_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 128, audio_tokens: 12 },
    }
    expect(openaiCompatible.readUsage(usage)).toEqual({
      input_tokens: 200,
      cache_read_tokens: 640,
      cache_write_5m_tokens: 100,
      audio_input_tokens: 60,
      output_tokens: 300,
      reasoning_tokens: 128,
      audio_output_tokens: 12,
    })
  })

  it('counts also when it is 0', () => {
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
    expect(openaiCompatible.readUsage(usage)).toEqual({ input_tokens: 0, output_tokens: 0 })
  })

  it("takes DeepSeek's name for cache hits", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 4 }
    expect(openaiCompatible.readUsage(usage)).toMatchObject({
      input_tokens: 6,
      cache_read_tokens: 4,
    })
  })

  it('adds reasoning that only the total counts', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    }
    expect(openaiCompatible.readUsage(usage)).toMatchObject({
      output_tokens: 105,
      reasoning_tokens: 100,
    })
  })

  it.each([undefined, null, {}, 'x', { prompt_tokens: 'many' }, { prompt_tokens: -1 }])(
    'is absent when it is %j',
    (usage) => {
      expect(openaiCompatible.readUsage(usage)).toBeUndefined()
    },
  )
})
