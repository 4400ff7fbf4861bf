import { describe, expect, it } from 'vitest'
import { findEndpoint } from './endpoints.ts'
import { readMultipartRequest } from './multipart-request.ts'

const TYPE = 'multipart/form-data; boundary=xyz'

function form(...parts: readonly (readonly [head: string, content: string])[]): Buffer {
  const text = parts.map(
    ([head, content]) => `--xyz\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`,
  )
  return Buffer.from(`${text.join('')}--xyz--\r\n`)
}

function read(body: Buffer, type = TYPE, path = '/v1/audio/transcriptions') {
  return readMultipartRequest(body, type, findEndpoint(path)!)
}

const FILE = [
  'name="file"; filename="a.wav"\r\ncontent-type: audio/wav',
  'RIFF--xyz\u0000',
] as const
const MODEL = ['name="model"', 'whisper-1'] as const

describe('a form with a file', () => {
  it('names its model, its user and whether it wants a stream', () => {
    const body = form(FILE, MODEL, ['name="stream"', 'true'], ['name="user"', 'u-1'])
    expect(read(body)).toMatchObject({
      ok: true,
      request: { model: 'whisper-1', stream: true, user: 'u-1', contentType: TYPE },
    })
  })

  it('goes on as it came, but for the name of the model', () => {
    const body = form(FILE, MODEL)
    const result = read(body)
    expect(result.ok && result.request.bodyFor('whisper-1')).toBe(body)
    const renamed = result.ok ? result.request.bodyFor('mine').toString() : ''
    expect(renamed).toBe(body.toString().replace('whisper-1', 'mine'))
  })

  it('gets a model where it names none and the protocol has a default', () => {
    const result = read(form(FILE), TYPE, '/v1/images/edits')
    expect(result).toMatchObject({ ok: true, request: { model: 'gpt-image-1' } })
    const sent = result.ok ? result.request.bodyFor('other') : Buffer.alloc(0)
    expect(read(sent)).toMatchObject({ ok: true, request: { model: 'other' } })
  })

  it('is recorded as its texts and the size of its files', () => {
    const result = read(form(FILE, MODEL, ['name="tag"', 'a'], ['name="tag"', 'b']))
    const stored = result.ok ? JSON.parse(result.request.storedBody().toString()) : undefined
    expect(stored).toEqual({
      file: { file_name: 'a.wav', content_type: 'audio/wav', bytes: 10 },
      model: 'whisper-1',
      tag: ['a', 'b'],
    })
  })

  it.each([
    ['no boundary', form(MODEL), 'multipart/form-data', 'names no boundary'],
    ['another boundary', form(MODEL), 'multipart/form-data; boundary=abc', 'does not begin'],
    ['an end that is cut', form(FILE, MODEL).subarray(0, -20), TYPE, 'ends before'],
    ['a part without a name', form(['filename="x"', '']), TYPE, 'has no name'],
    ['nothing', Buffer.alloc(0), TYPE, 'does not begin'],
    ['no model', form(FILE), TYPE, '"model" is missing'],
    ['two models', form(MODEL, MODEL), TYPE, '"model" stands twice'],
  ])('with %s is refused', (_, body, type, message) => {
    expect(read(body, type)).toMatchObject({
      ok: false,
      error: { status: 400, message: expect.stringContaining(message) },
    })
  })
})
