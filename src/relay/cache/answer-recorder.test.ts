import { describe, expect, it } from 'vitest'
import { AnswerRecorder } from './answer-recorder.ts'

describe('an answer that is recorded', () => {
  it('is what was sent, in order, once the call has ended well', () => {
    const recorder = new AnswerRecorder(1_000_000)
    const pieces = Array.from({ length: 2_000 }, (_, place) => `data: ${place} bạn\n\n`)
    for (const [place, piece] of pieces.entries()) {
      recorder.add(place % 2 === 0 ? piece : Buffer.from(piece))
    }
    expect(recorder.complete).toBe(false)
    expect(recorder.body()).toBeUndefined()
    recorder.end()
    expect(recorder.complete).toBe(true)
    expect(recorder.body()?.toString()).toBe(pieces.join(''))
  })

  it('does not change when the piece it was given is used again', () => {
    const recorder = new AnswerRecorder(100)
    const piece = Buffer.from('first')
    recorder.add(piece)
    piece.write('other')
    recorder.end()
    expect(recorder.body()?.toString()).toBe('first')
  })

  it.each([
    [10, true],
    [11, false],
  ])('of %d bytes under a bound of 10 is complete: %s', (bytes, complete) => {
    const recorder = new AnswerRecorder(10)
    recorder.add(Buffer.alloc(bytes - 1))
    recorder.add('x')
    recorder.add('')
    recorder.end()
    expect(recorder.complete).toBe(complete)
    expect(recorder.body()?.length).toBe(complete ? bytes : undefined)
  })

  it('stays incomplete once something was left out', () => {
    const recorder = new AnswerRecorder(10)
    recorder.add(Buffer.alloc(20))
    recorder.add('short')
    recorder.end()
    expect(recorder.complete).toBe(false)
  })

  it('can be empty', () => {
    const recorder = new AnswerRecorder(10)
    recorder.end()
    expect(recorder.body()?.length).toBe(0)
  })
})
