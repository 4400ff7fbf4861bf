import { describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/index.ts'
import { createPriceBook } from './price-book.ts'
import { costNanoUsd, flatPrice, tieredPrice } from './unit-prices.ts'

describe('the price of a call', () => {
  it('charges each disjoint bucket once (golden vector: 0.166250 USD)', () => {
    const free = flatPrice(0)
    const prices = {
      input: flatPrice(5),
      cacheRead: flatPrice(0.5),
      cacheWrite5m: flatPrice(6.25),
      cacheWrite1h: free,
      audioInput: free,
      output: free,
      audioOutput: free,
    }
    const usage = {
      input_tokens: 172_000 - 155_000 - 3_000,
      cache_read_tokens: 155_000,
      cache_write_5m_tokens: 3_000,
    }
    expect(costNanoUsd(prices, usage)).toBe(166_250_000)
  })

  it('prices Claude 3.7 Sonnet as its list says (golden vector: 0.05439 USD)', () => {
    const book = createPriceBook({}, systemClock)
    const usage = { input_tokens: 3, cache_write_5m_tokens: 12_304, output_tokens: 550 }
    expect(book.costNanoUsd('anthropic', 'claude-3-7-sonnet-20250219', usage)).toBe(54_399_000)
  })

  it('uses the dearer tier for the whole call once the prompt passes its start', () => {
    const tiers = tieredPrice(1.25, [{ start: 200_000, price: 2.5 }])
    const zero = flatPrice(0)
    const prices = {
      input: tiers,
      cacheRead: zero,
      cacheWrite5m: zero,
      cacheWrite1h: zero,
      audioInput: zero,
      output: zero,
      audioOutput: zero,
    }
    expect(costNanoUsd(prices, { input_tokens: 200_000 })).toBe(250_000_000)
    expect(costNanoUsd(prices, { input_tokens: 200_001 })).toBe(500_002_500)
  })

  it("prefers the operator's price over the book", () => {
    const book = createPriceBook(
      { 'gpt-4o': { input_usd_per_million: 1, output_usd_per_million: 2 } },
      systemClock,
    )
    expect(book.costNanoUsd('openai', 'gpt-4o', { input_tokens: 10, output_tokens: 10 })).toBe(
      30_000,
    )
    expect(book.version).toMatch(/^own\+/)
  })

  it('has no price for a model that nobody knows', () => {
    const book = createPriceBook({}, systemClock)
    expect(book.costNanoUsd('openai', 'nonesuch-9', { input_tokens: 10 })).toBeUndefined()
    expect(book.costNanoUsd('openai', '__proto__', { input_tokens: 10 })).toBeUndefined()
  })
})
