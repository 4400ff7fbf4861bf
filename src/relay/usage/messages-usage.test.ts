import { describe, expect, it } from 'vitest'
import { mergeMessagesUsage, readMessagesUsage } from './messages-usage.ts'

describe('the usage of a message', () => {
  it('has the cache beside the input, by how long it lives', () => {
    const usage = {
      input_tokens: 2048,
      cache_read_input_tokens: 1800,
      cache_creation_input_tokens: 248,
      cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
      output_tokens: 503,
      output_tokens_details: { thinking_tokens: 400 },
      service_tier: 'standard',
    }
    expect(readMessagesUsage(usage)).toEqual({
      input_tokens: 2048,
      cache_read_tokens: 1800,
      cache_write_5m_tokens: 148,
      cache_write_1h_tokens: 100,
      output_tokens: 503,
      reasoning_tokens: 400,
    })
  })

  it('counts cache writes as five minutes when their lifetime is not told', () => {
    const usage = { input_tokens: 3, cache_creation_input_tokens: 12_304, cache_creation: null }
    expect(readMessagesUsage(usage)).toMatchObject({ cache_write_5m_tokens: 12_304 })
  })

  it('takes the split when the total is left out', () => {
    const usage = { input_tokens: 3, cache_creation: { ephemeral_1h_input_tokens: 9 } }
    expect(readMessagesUsage(usage)).toEqual({
      input_tokens: 3,
      cache_write_1h_tokens: 9,
      output_tokens: 0,
    })
  })

  it.each([
    [10, 10, { cache_write_5m_tokens: 2, cache_write_1h_tokens: 10 }],
    [0, 20, { cache_write_1h_tokens: 12 }],
  ])('never charges more cache writes than the total: %d and %d', (for5m, for1h, expected) => {
    const split = { ephemeral_5m_input_tokens: for5m, ephemeral_1h_input_tokens: for1h }
    const usage = { input_tokens: 0, cache_creation_input_tokens: 12, cache_creation: split }
    expect(readMessagesUsage(usage)).toEqual({ input_tokens: 0, output_tokens: 0, ...expected })
  })

  it('leaves out what is 0', () => {
    const usage = {
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    }
    expect(readMessagesUsage(usage)).toEqual({ input_tokens: 0, output_tokens: 0 })
  })

  it.each([
    undefined,
    null,
    {},
    'x',
    { input_tokens: '3', output_tokens: -1 },
    { cache_creation: 'x', cache_read_input_tokens: Number.NaN },
  ])('is absent when it is %j', (usage) => {
    expect(readMessagesUsage(usage)).toBeUndefined()
  })
})

describe('the usage of a streamed message', () => {
  const START = {
    input_tokens: 25,
    cache_read_input_tokens: 7,
    cache_creation_input_tokens: 4,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 4 },
    output_tokens: 1,
  }

  it('has the last numbers and what only the first event told', () => {
    const delta = { input_tokens: null, cache_read_input_tokens: 9, output_tokens: 15 }
    expect(readMessagesUsage(mergeMessagesUsage(START, delta))).toEqual({
      input_tokens: 25,
      cache_read_tokens: 9,
      cache_write_1h_tokens: 4,
      output_tokens: 15,
    })
  })

  it('takes a later 0 for what it is', () => {
    const delta = { cache_read_input_tokens: 0, output_tokens: 15 }
    expect(readMessagesUsage(mergeMessagesUsage(START, delta))).not.toHaveProperty(
      'cache_read_tokens',
    )
  })

  it.each([
    [START, undefined, START],
    [undefined, { output_tokens: 2 }, { output_tokens: 2 }],
    [null, 'x', null],
  ])('is that of %j when %j follows', (start, delta, expected) => {
    expect(mergeMessagesUsage(start, delta)).toEqual(expected)
  })

  it('does not let an event reach the prototype', () => {
    const merged = mergeMessagesUsage({}, JSON.parse('{"__proto__":{"output_tokens":7}}'))
    expect(readMessagesUsage(merged)).toBeUndefined()
  })
})
