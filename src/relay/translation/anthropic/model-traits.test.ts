import { describe, expect, it } from 'vitest'
import { traitsOf } from './model-traits.ts'

describe('what a model takes', () => {
  it.each([
    ['claude-instant-1.2', 'none'],
    ['claude-2.1', 'none'],
    ['claude-3-opus-20240229', 'none'],
    ['claude-3-5-sonnet-20241022', 'none'],
    ['claude-3.5-haiku', 'none'],
    ['claude-3-7-sonnet-20250219', 'budget'],
    ['claude-sonnet-4-20250514', 'budget'],
    ['claude-opus-4@20250514', 'budget'],
    ['anthropic.claude-opus-4-1-20250805-v1:0', 'budget'],
    ['claude-haiku-4-5-20251001', 'budget'],
    ['claude-sonnet-4-6', 'adaptive'],
    ['anthropic/claude-opus-4.7', 'adaptive'],
    ['claude-sonnet-5', 'adaptive'],
    ['claude-opus-5', 'adaptive'],
    ['claude-haiku-5-5', 'adaptive'],
    ['claude-opus-5-5', 'always'],
    ['claude-sonnet-5-5', 'always'],
    ['claude-fable-5', 'always'],
    ['claude-mythos-5-1', 'always'],
    ['claude-of-the-future', 'adaptive'],
    ['kimi-k3', 'budget'],
  ])('is told by its name: %s thinks as "%s"', (model, thinking) => {
    expect(traitsOf(model).thinking).toBe(thinking)
  })

  it.each([
    ['claude-3-haiku-20240307', true, true, 4096],
    ['claude-sonnet-4-20250514', true, true, 8192],
    ['claude-opus-4-1', true, false, 8192],
    ['claude-opus-4-6', true, false, 8192],
    ['claude-opus-4-7', false, false, 8192],
    ['claude-fable-5', false, false, 8192],
  ])('%s takes sampling: %s, both at once: %s, default %d', (model, any, both, tokens) => {
    const traits = traitsOf(model)
    expect(traits.takesSampling).toBe(any)
    expect(traits.takesBothSamplings).toBe(both)
    expect(traits.defaultMaxTokens).toBe(tokens)
  })

  it.each([
    ['claude-opus-4-7', true],
    ['claude-fable-5', true],
    ['claude-haiku-5-5', true],
    ['claude-fable-5-1', false],
    ['claude-sonnet-5-5', false],
  ])('%s can be made to call a tool: %s', (model, forced) => {
    expect(traitsOf(model).takesForcedTools).toBe(forced)
  })
})
