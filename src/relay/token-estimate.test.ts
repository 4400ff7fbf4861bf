import { describe, expect, it } from 'vitest'
import { estimatePromptTokens, estimateRequestTokens } from './token-estimate.ts'

describe('the estimate before a call', () => {
  it('goes by the size of the request', () => {
    const body = Buffer.from(JSON.stringify({ messages: [{ content: 'word '.repeat(8_000) }] }))
    expect(estimateRequestTokens(body)).toBe(Math.ceil(body.length / 4))
  })

  it('takes an image for a thousand tokens, however many bytes it has', () => {
    const url = `data:image/png;base64,${'iVBORw0KGgo'.repeat(90_000)}`
    const body = JSON.stringify({ messages: [{ content: [{ image_url: { url } }] }] })
    const tokens = estimateRequestTokens(Buffer.from(body))
    expect(tokens).toBeGreaterThan(1_000)
    expect(tokens).toBeLessThan(1_050)
  })
})

describe('the estimate of a call that gave no usage', () => {
  it('counts the words of every protocol, and of no image', () => {
    const words = 'a'.repeat(40)
    expect(estimatePromptTokens({ messages: [{ role: 'user', content: words }] })).toBe(10)
    expect(estimatePromptTokens({ contents: [{ parts: [{ text: words }] }] })).toBe(10)
    expect(estimatePromptTokens({ instructions: words, input: [words] })).toBe(20)
    const image = { type: 'image', source: { data: words } }
    expect(estimatePromptTokens({ system: words, messages: [{ content: [image] }] })).toBe(10)
  })

  it('takes one and a half Chinese characters for a token', () => {
    expect(estimatePromptTokens({ prompt: '你好你好你好' })).toBe(4)
  })
})
