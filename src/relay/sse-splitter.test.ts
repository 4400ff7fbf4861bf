import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SseSplitter } from './sse-splitter.ts'

interface Outcome {
  readonly events: string[]
  readonly forwarded: string
}

/** Feeds `bytes` in pieces of the given lengths; events that hold `drop` do not go on. */
function split(bytes: Buffer, lengths: readonly number[], drop = '\u0000'): Outcome {
  const events: string[] = []
  const splitter = new SseSplitter((data) => {
    events.push(data)
    return !data.includes(drop)
  })
  const output: Buffer[] = []
  let at = 0
  for (let turn = 0; at < bytes.length; turn++) {
    const length = lengths.length === 0 ? bytes.length : (lengths[turn % lengths.length] ?? 1)
    const piece = splitter.push(bytes.subarray(at, at + length))
    if (piece !== undefined) output.push(piece)
    at += length
  }
  const rest = splitter.end()
  if (rest !== undefined) output.push(rest)
  return { events, forwarded: Buffer.concat(output).toString() }
}

const lineEnds = fc.constantFrom('\n', '\r\n', '\r')
const texts = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''))
const lines = fc.oneof(
  texts.map((text) => `data: ${text}`),
  texts.map((text) => `data:${text}`),
  texts.map((text) => `: ${text}`),
  fc.constantFrom('event: message', 'id: 7', 'retry: 100', 'data'),
)
const streams = fc
  .tuple(lineEnds, fc.array(fc.array(lines, { minLength: 1, maxLength: 3 }), { maxLength: 6 }))
  .map(([end, events]) =>
    events.map((event) => event.map((line) => line + end).join('') + end).join(''),
  )

describe('the event stream splitter', () => {
  it('finds the same events and hands on the same bytes whatever the chunks', () => {
    fc.assert(
      fc.property(
        streams,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (text, lengths) => {
          const bytes = Buffer.from(text)
          const whole = split(bytes, [])
          const pieces = split(bytes, lengths)
          expect(pieces).toEqual(whole)
          expect(whole.forwarded).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(['\n', '\r\n', '\r'])(
    'leaves out one event and nothing else with line ends %j',
    (end) => {
      const kept = ['data: one', '', ': alive', '', 'data: two', '', ''].join(end)
      const text = kept.replace(': alive', ['data: usage', '', ': alive'].join(end))
      for (const length of [1, 2, 5, 100]) {
        expect(split(Buffer.from(text), [length], 'usage')).toEqual({
          events: ['one', 'usage', 'two'],
          forwarded: kept,
        })
      }
    },
  )

  it('joins several data lines and understands every line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['data: a', 'data: b', '', 'data:c', '', ''].join(end)
      expect(split(Buffer.from(text), [1]).events).toEqual(['a\nb', 'c'])
    }
  })

  it('keeps a character that is cut between two chunks', () => {
    const bytes = Buffer.from('data: 你好 🎉\n\n')
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(split(bytes, [cut, bytes.length]).events).toEqual(['你好 🎉'])
    }
  })

  it('reads an event whose blank line the provider left out at the end', () => {
    expect(split(Buffer.from('data: a\n\ndata: [DONE]'), [3])).toEqual({
      events: ['a', '[DONE]'],
      forwarded: 'data: a\n\ndata: [DONE]',
    })
  })

  it('hands a complete event on without waiting for the next', () => {
    const splitter = new SseSplitter(() => true)
    expect(splitter.push(Buffer.from('data: a\n\nda'))?.toString()).toBe('data: a\n\n')
    expect(splitter.push(Buffer.from('ta: b\n'))).toBeUndefined()
    expect(splitter.push(Buffer.from('\n'))?.toString()).toBe('data: b\n\n')
  })

  it('looks past a byte order mark', () => {
    expect(split(Buffer.from('\ufeffdata: a\n\n'), [2]).events).toEqual(['a'])
  })

  it('lets an event without end through unread instead of holding it for ever', () => {
    const splitter = new SseSplitter(() => true)
    const piece = Buffer.alloc(1024 * 1024, 'x')
    const output = Array.from({ length: 10 }, () => splitter.push(piece)?.length ?? 0)
    expect(output.reduce((sum, each) => sum + each, 0)).toBe(10 * piece.length)
  })
})
