import { describe, expect, it } from 'vitest'
import { goldenStream } from '../../../test/support/golden-answers.ts'
import { SseSplitter } from '../sse-splitter.ts'
import type { StreamReader } from './answer-format.ts'
import { eventFormat } from './event-format.ts'

function read(name: string): StreamReader {
  const reader = eventFormat.readStream(10_000)
  const splitter = new SseSplitter((data) => reader.add(data) !== 'done')
  splitter.push(goldenStream(name))
  return reader
}

describe('a stream of events', () => {
  it('of a transcript adds up to its text, counted once', () => {
    const reader = read('openai-transcription')
    const text = 'I see skies of blue, 青い空.'
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({ text, usage: { input_tokens: 24 } })
    expect(reader.characters).toEqual({ narrow: text.length - 3, wide: 3 })
  })

  it('of a picture is what is told of the picture', () => {
    const reader = read('openai-image')
    expect(JSON.parse(reader.toJson() ?? '')).toEqual({
      created_at: 1713833628,
      size: '1024x1024',
      quality: 'high',
      background: 'opaque',
      output_format: 'png',
      usage: expect.objectContaining({ output_tokens: 4160 }) as object,
    })
  })

  it('takes a text that comes at the end only', () => {
    const reader = eventFormat.readStream(100)
    reader.add('{"type":"transcript.text.done","text":"hello"}')
    expect(JSON.parse(reader.toJson() ?? '')).toEqual({ text: 'hello' })
    expect(reader).toMatchObject({ complete: true, characters: { narrow: 5, wide: 0 } })
  })

  it('counts a text once that it has no room for', () => {
    const reader = eventFormat.readStream(3)
    reader.add('{"type":"transcript.text.delta","delta":"hello"}')
    reader.add('{"type":"transcript.text.done","text":"hello"}')
    expect(reader).toMatchObject({ truncated: true, characters: { narrow: 5, wide: 0 } })
    expect(reader.toJson()).toBe('{}')
  })

  it.each([
    ['{"type":"error","error":{"message":"no"}}', { message: 'no' }],
    ['{"type":"error","message":"no"}', { type: 'error', message: 'no' }],
  ])('knows the error in %s', (data, error) => {
    const reader = eventFormat.readStream(100)
    expect(reader.add(data)).toBe('content')
    expect(reader).toMatchObject({ error, complete: false })
  })

  it('ends with its closing mark', () => {
    const reader = eventFormat.readStream(100)
    expect(reader.add('[DONE]')).toBe('done')
    expect(reader.complete).toBe(true)
  })
})
