import { describe, expect, it } from 'vitest'
import { readResponsesUsage } from './responses-usage.ts'

describe('the usage of a response', () => {
  it('is cut into disjoint buckets', () => {
    const usage = {
      input_tokens: 2006,
      input_tokens_details: { cached_tokens: 1920, cache_write_tokens: 64 },
      output_tokens: 300,
      output_tokens_details: { reasoning_tokens: 256 },
      total_tokens: 2306,
    }
    expect(readResponsesUsage(usage)).toEqual({
      input_tokens: 22,
      cache_read_tokens: 1920,
      cache_write_5m_tokens: 64,
      output_tokens: 300,
      reasoning_tokens: 256,
    })
  })

  it('of a picture has the tokens of its text and its pictures as input', () => {
    const usage = {
      input_tokens: 50,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
      output_tokens: 4160,
      total_tokens: 4210,
    }
    expect(readResponsesUsage(usage)).toEqual({ input_tokens: 50, output_tokens: 4160 })
  })

  it('of a transcription tells what was heard', () => {
    const usage = {
      type: 'tokens',
      input_tokens: 24,
      input_token_details: { text_tokens: 10, audio_tokens: 14 },
      output_tokens: 45,
      total_tokens: 69,
    }
    expect(readResponsesUsage(usage)).toEqual({
      input_tokens: 10,
      audio_input_tokens: 14,
      output_tokens: 45,
    })
  })

  it.each([
    undefined,
    null,
    'x',
    {},
    { type: 'duration', seconds: 9 },
    { input_tokens: null, output_tokens: '4' },
  ])('is absent when it is %j', (usage) => {
    expect(readResponsesUsage(usage)).toBeUndefined()
  })

  it('passes over nonsense beside good numbers', () => {
    const usage = { input_tokens: 3, input_tokens_details: 7, output_tokens_details: ['x'] }
    expect(readResponsesUsage(usage)).toEqual({ input_tokens: 3, output_tokens: 0 })
  })
})
