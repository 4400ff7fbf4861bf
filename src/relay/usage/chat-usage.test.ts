import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChatUsage } from './chat-usage.ts'

describe('the usage of a chat completion', () => {
  it('is cut into disjoint buckets', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 300,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 640, audio_tokens: 60, cache_write_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 128, audio_tokens: 12 },
    }
    expect(readChatUsage(usage)).toEqual({
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
    expect(readChatUsage(usage)).toEqual({ input_tokens: 0, output_tokens: 0 })
  })

  it("takes DeepSeek's name for cache hits", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 4 }
    expect(readChatUsage(usage)).toMatchObject({ input_tokens: 6, cache_read_tokens: 4 })
  })

  it("adds DeepSeek's hits and misses up when nobody else has", () => {
    const usage = { prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 6 }
    expect(readChatUsage(usage)).toEqual({
      input_tokens: 6,
      cache_read_tokens: 4,
      output_tokens: 0,
    })
  })

  it('adds reasoning that only the total counts', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    }
    expect(readChatUsage(usage)).toMatchObject({ output_tokens: 105, reasoning_tokens: 100 })
  })

  it('of an embedding has no output', () => {
    expect(readChatUsage({ prompt_tokens: 8, total_tokens: 8 })).toEqual({
      input_tokens: 8,
      output_tokens: 0,
    })
  })

  it('charges audio that came from the cache once', () => {
    const details = { cached_tokens: 80, audio_tokens: 50 }
    expect(readChatUsage({ prompt_tokens: 100, prompt_tokens_details: details })).toEqual({
      input_tokens: 0,
      cache_read_tokens: 80,
      audio_input_tokens: 20,
      output_tokens: 0,
    })
  })

  it('passes over nonsense beside good numbers', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 1e300,
      prompt_cache_hit_tokens: -1,
      prompt_tokens_details: { cached_tokens: '7', audio_tokens: Number.NaN },
      completion_tokens_details: 'none',
    }
    expect(readChatUsage(usage)).toEqual({ input_tokens: 10, output_tokens: 5 })
  })

  it.each([
    undefined,
    null,
    {},
    'x',
    [],
    { prompt_tokens: 'many' },
    { prompt_tokens: -1 },
    { prompt_tokens: 1e300 },
  ])('is absent when it is %j', (usage) => {
    expect(readChatUsage(usage)).toBeUndefined()
  })

  it('never loses or doubles a prompt token, whatever its parts', () => {
    const count = fc.nat(100_000)
    fc.assert(
      fc.property(count, count, count, count, (rest, cached, written, audio) => {
        const usage = readChatUsage({
          prompt_tokens: rest + cached + written,
          prompt_tokens_details: {
            cached_tokens: cached,
            cache_write_tokens: written,
            audio_tokens: audio,
          },
        })
        const buckets = [
          usage?.input_tokens,
          usage?.cache_read_tokens,
          usage?.cache_write_5m_tokens,
          usage?.audio_input_tokens,
        ]
        const sum = buckets.reduce((total: number, tokens) => total + (tokens ?? 0), 0)
        expect(sum).toBe(rest + cached + written)
      }),
    )
  })
})
