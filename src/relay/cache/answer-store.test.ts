import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerStore } from './answer-store.ts'
import type { StoredAnswer } from './stored-answer.ts'

const MEGABYTE = 1024 * 1024

function openStore(max_mb = 1) {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, store: new AnswerStore({ max_mb }, clock) }
}

function answerOf(body: Buffer | string): StoredAnswer {
  return {
    status: 200,
    contentType: 'application/json',
    body: Buffer.from(body),
    isStream: false,
    costNanoUsd: 1_200,
    provider: 'openai',
    target: 'openai/gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    finishReason: 'stop',
  }
}

describe('the response cache', () => {
  it('gives an answer again until its time is up', () => {
    const { clock, store } = openStore()
    store.set('a', answerOf('{"id":1}'), 1_000)
    clock.ms = 999
    expect(store.get('a')).toEqual(answerOf('{"id":1}'))
    expect(store.get('b')).toBeUndefined()
    clock.ms = 1_000
    expect(store.get('a')).toBeUndefined()
    expect(store).toMatchObject({ bytes: 0, size: 0 })
  })

  it('forgets first what was not asked for longest', () => {
    const { store } = openStore()
    const large = answerOf(Buffer.alloc(200 * 1024))
    for (const key of ['a', 'b', 'c', 'd', 'e']) store.set(key, large, 1_000)
    store.get('a')
    store.set('f', large, 1_000)
    expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((key) => store.get(key) !== undefined)).toEqual([
      'a',
      'c',
      'd',
      'e',
      'f',
    ])
  })

  it('does not keep an answer that would take more than a quarter of it', () => {
    const { store } = openStore()
    store.set('a', answerOf('small'), 1_000)
    expect(store.set('a', answerOf(Buffer.alloc(MEGABYTE / 4)), 1_000)).toBe(false)
    expect(store.get('a')).toBeUndefined()
    expect(store.set('b', answerOf(Buffer.alloc(MEGABYTE / 4 - 2_000)), 1_000)).toBe(true)
  })

  it('counts what the smallest answers take, too', () => {
    const { store } = openStore()
    for (let call = 0; call < 10_000; call++) store.set(`key ${call}`, answerOf(''), 1_000)
    expect(store.size).toBeLessThan(2_000)
  })

  it('keeps no more memory alive than the answer has', () => {
    const { store } = openStore()
    const slice = Buffer.allocUnsafe(MEGABYTE).subarray(10, 20)
    store.set('a', { ...answerOf(''), body: slice }, 1_000)
    expect(store.get('a')?.body.buffer.byteLength).toBe(10)
  })

  it('never takes more than it may, and counts back to nothing', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      bytes: fc.nat(350_000),
      ttlMs: fc.nat(50),
      passMs: fc.nat(20),
      read: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, store } = openStore()
        for (const { key, bytes, ttlMs, passMs, read } of steps) {
          clock.ms += passMs
          if (read) store.get(key)
          else store.set(key, { ...answerOf(''), body: Buffer.allocUnsafeSlow(bytes) }, ttlMs)
          expect(store.bytes).toBeLessThanOrEqual(MEGABYTE)
        }
        clock.ms += 100
        for (const key of 'abcdefgh') store.get(key)
        expect(store).toMatchObject({ bytes: 0, size: 0 })
      }),
      { numRuns: 50 },
    )
  })
})
