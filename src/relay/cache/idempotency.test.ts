import { describe, expect, it } from 'vitest'
import { IdempotencyBook, type IdempotencyVerdict } from './idempotency.ts'
import type { StoredAnswer } from './stored-answer.ts'

const LONGEST_CALL_MS = 600_000

function openBook(max_mb = 1, ttl_s = 60) {
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { clock, book: new IdempotencyBook({ max_mb, ttl_s }, LONGEST_CALL_MS, clock) }
}

function answerOf(body: Buffer | string): StoredAnswer {
  return {
    status: 200,
    contentType: 'text/event-stream',
    body: Buffer.from(body),
    isStream: true,
    provider: 'openai',
    target: 'openai/gpt-4o',
  }
}

function claimOf(verdict: IdempotencyVerdict) {
  if (verdict.kind !== 'new') throw new Error(`the call is not new but ${verdict.kind}`)
  return verdict.claim
}

describe('an idempotency key', () => {
  it('gives the same answer to the same request until its time is up', () => {
    const { book, clock } = openBook()
    claimOf(book.begin('key_1', 'order 1', 'aa')).finish(answerOf('data: 1\n\n'))
    clock.ms = 59_999
    expect(book.begin('key_1', 'order 1', 'aa')).toEqual({
      kind: 'replay',
      answer: answerOf('data: 1\n\n'),
    })
    clock.ms = 60_000
    expect(book.begin('key_1', 'order 1', 'aa').kind).toBe('new')
  })

  it('refuses the same request while it is under way, and says when to ask again', () => {
    const { book } = openBook()
    claimOf(book.begin('key_1', 'order 1', 'aa'))
    expect(book.begin('key_1', 'order 1', 'aa')).toMatchObject({
      kind: 'in_flight',
      retryAfterS: 1,
      error: { status: 409, code: 'idempotency_in_flight', retry: true },
    })
  })

  it('refuses another request, under way or answered', () => {
    const { book } = openBook()
    const claim = claimOf(book.begin('key_1', 'order 1', 'aa'))
    const mismatch = {
      kind: 'mismatch',
      error: { status: 422, code: 'idempotency_mismatch', retry: false },
    }
    expect(book.begin('key_1', 'order 1', 'bb')).toMatchObject(mismatch)
    claim.finish(answerOf('1'))
    expect(book.begin('key_1', 'order 1', 'bb')).toMatchObject(mismatch)
  })

  it('belongs to one API key', () => {
    const { book } = openBook()
    claimOf(book.begin('key_1', 'order 1', 'aa')).finish(answerOf('1'))
    expect(book.begin('key_2', 'order 1', 'bb').kind).toBe('new')
    expect(book.begin('key_1', 'order 2', 'bb').kind).toBe('new')
  })

  it('of a call that failed can be used again, for another request too', () => {
    const { book } = openBook()
    claimOf(book.begin('key_1', 'order 1', 'aa')).release()
    const claim = claimOf(book.begin('key_1', 'order 1', 'bb'))
    claim.release()
    claim.finish(answerOf('too late'))
    expect(book.begin('key_1', 'order 1', 'aa').kind).toBe('new')
  })

  it('of a call that died can be used again, and the dead one has no say any more', () => {
    const { book, clock } = openBook()
    const dead = claimOf(book.begin('key_1', 'order 1', 'aa'))
    clock.ms = LONGEST_CALL_MS
    expect(book.begin('key_1', 'order 1', 'aa').kind).toBe('in_flight')
    clock.ms += 60_000
    const second = claimOf(book.begin('key_1', 'order 1', 'aa'))
    dead.finish(answerOf('late'))
    expect(book.begin('key_1', 'order 1', 'aa').kind).toBe('in_flight')
    second.finish(answerOf('second'))
    expect(book.begin('key_1', 'order 1', 'aa')).toMatchObject({
      answer: { body: Buffer.from('second') },
    })
    expect(book.use.underWay).toBe(0)
  })

  it.each([
    ['', 'invalid'],
    ['x'.repeat(257), 'invalid'],
    ['x'.repeat(256), 'new'],
    ['__proto__', 'new'],
  ])('%.10s… is %s', (header, kind) => {
    const { book } = openBook()
    const verdict = book.begin('key_1', header, 'aa')
    expect(verdict.kind).toBe(kind)
    if (verdict.kind === 'invalid') expect(verdict.error.status).toBe(400)
  })

  it('is remembered while its call is under way, however much else comes', () => {
    const { book } = openBook()
    const first = claimOf(book.begin('key_1', 'first', 'aa'))
    for (let call = 0; call < 20; call++) {
      claimOf(book.begin('key_1', `order ${call}`, 'aa')).finish(answerOf(Buffer.alloc(200_000)))
      expect(book.use.bytes).toBeLessThanOrEqual(1024 * 1024)
    }
    expect(book.begin('key_1', 'first', 'aa').kind).toBe('in_flight')
    expect(book.begin('key_1', 'order 0', 'aa').kind).toBe('new')
    expect(book.begin('key_1', 'order 19', 'aa').kind).toBe('replay')
    first.finish(answerOf(Buffer.alloc(300_000)))
    expect(book.begin('key_1', 'first', 'aa').kind).toBe('new')
  })
})
