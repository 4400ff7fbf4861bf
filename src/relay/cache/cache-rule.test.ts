import { describe, expect, it } from 'vitest'
import type { Operation } from '../endpoints.ts'
import { cacheRule, keepsState } from './cache-rule.ts'

const BOUND = { max_ttl_s: 600 }

function ruleOf(header: string | undefined, ttl_s?: number, operation: Operation = 'chat') {
  const result = cacheRule(operation, ttl_s === undefined ? undefined : { ttl_s }, header, BOUND)
  if (!result.ok) throw new Error(result.error.message)
  return result.rule
}

const off = { read: false, write: false, ttlMs: 0 }

describe('the response cache', () => {
  it.each([
    [undefined, undefined, off],
    [undefined, 60, { read: true, write: true, ttlMs: 60_000 }],
    [undefined, 7_200, { read: true, write: true, ttlMs: 7_200_000 }],
    ['true', undefined, { read: true, write: true, ttlMs: 300_000 }],
    ['TRUE ', 60, { read: true, write: true, ttlMs: 60_000 }],
    ['ttl=30', undefined, { read: true, write: true, ttlMs: 30_000 }],
    ['ttl = 30', 60, { read: true, write: true, ttlMs: 30_000 }],
    ['ttl=999999999', 60, { read: true, write: true, ttlMs: 600_000 }],
    ['no-cache', 60, { read: false, write: true, ttlMs: 60_000 }],
    ['no-cache', undefined, { read: false, write: true, ttlMs: 300_000 }],
    ['no-cache, ttl=30', undefined, { read: false, write: true, ttlMs: 30_000 }],
    ['no-store', 60, off],
    ['false', 60, off],
    ['ttl=30,no-store', undefined, off],
  ])('with the header %j and the setting %j does %j', (header, ttl_s, expected) => {
    expect(ruleOf(header, ttl_s)).toEqual(expected)
  })

  it('does not give a caller more time than is allowed by leaving the time out', () => {
    const result = cacheRule('chat', undefined, 'true', { max_ttl_s: 10 })
    expect(result).toMatchObject({ rule: { ttlMs: 10_000 } })
  })

  it.each([
    '',
    'yes',
    'ttl=0',
    'ttl=-1',
    'ttl=1.5',
    'ttl=',
    'ttl=9999999999',
    'true,',
    '__proto__',
  ])('refuses the header %j by name', (header) => {
    expect(cacheRule('chat', { ttl_s: 60 }, header, BOUND)).toMatchObject({
      ok: false,
      error: { status: 400, code: 'invalid_header', param: 'x-bellwether-cache', retry: false },
    })
  })

  it.each([
    'image_generation',
    'image_edit',
    'speech',
    'transcription',
    'audio_translation',
  ] as const)('leaves %s alone', (operation) => {
    expect(ruleOf('true', 60, operation)).toEqual(off)
  })

  it.each([
    'completions',
    'responses',
    'messages_count_tokens',
    'embed_content',
    'moderations',
  ] as const)('takes %s', (operation) => {
    expect(ruleOf(undefined, 60, operation).read).toBe(true)
  })

  it.each([
    [{ background: true }, true],
    [{ conversation: 'conv_1' }, true],
    [{ conversation: { id: 'conv_1' } }, true],
    [{ background: false, conversation: null }, false],
    [{ model: 'small', store: true }, false],
  ])('knows whether %j leaves something at the provider: %s', (body, expected) => {
    expect(keepsState(body)).toBe(expected)
  })
})
