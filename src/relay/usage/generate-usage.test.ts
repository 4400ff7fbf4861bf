import { describe, expect, it } from 'vitest'
import { readGenerateUsage } from './generate-usage.ts'

describe("Gemini's usage", () => {
  it('takes cached tokens out of the prompt and adds the thoughts to the output', () => {
    const usage = {
      promptTokenCount: 4096,
      cachedContentTokenCount: 4000,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 300,
      totalTokenCount: 4416,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4096 }],
    }
    expect(readGenerateUsage(usage)).toEqual({
      input_tokens: 96,
      cache_read_tokens: 4000,
      output_tokens: 320,
      reasoning_tokens: 300,
    })
  })

  it('adds what tools put into the prompt', () => {
    const usage = {
      promptTokenCount: 30,
      toolUsePromptTokenCount: 1000,
      candidatesTokenCount: 5,
      totalTokenCount: 1035,
    }
    expect(readGenerateUsage(usage)).toEqual({ input_tokens: 1030, output_tokens: 5 })
  })

  it('keeps what was heard and spoken apart', () => {
    const usage = {
      promptTokenCount: 110,
      candidatesTokenCount: 90,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 10 },
        { modality: 'AUDIO', tokenCount: 100 },
      ],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 90 }],
    }
    expect(readGenerateUsage(usage)).toEqual({
      input_tokens: 10,
      audio_input_tokens: 100,
      output_tokens: 90,
      audio_output_tokens: 90,
    })
  })

  it('counts audio that came from the cache as cached', () => {
    const usage = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 800,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 300 },
        { modality: 'AUDIO', tokenCount: 700 },
      ],
      cacheTokensDetails: [
        { modality: 'TEXT', tokenCount: 200 },
        { modality: 'AUDIO', tokenCount: 600 },
      ],
    }
    expect(readGenerateUsage(usage)).toEqual({
      input_tokens: 100,
      cache_read_tokens: 800,
      audio_input_tokens: 100,
      output_tokens: 0,
    })
  })

  it.each([
    undefined,
    null,
    {},
    'x',
    { totalTokenCount: 5 },
    { promptTokenCount: '5', candidatesTokenCount: -2 },
  ])('is absent when it is %j', (usage) => {
    expect(readGenerateUsage(usage)).toBeUndefined()
  })

  it.each([[null], [7, 'x', {}], 'AUDIO', { modality: 'AUDIO' }])(
    'passes over details that are %j',
    (promptTokensDetails) => {
      expect(readGenerateUsage({ promptTokenCount: 5, promptTokensDetails })).toEqual({
        input_tokens: 5,
        output_tokens: 0,
      })
    },
  )
})
