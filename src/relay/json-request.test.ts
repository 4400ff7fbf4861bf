import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyForProvider, readChatRequest } from './chat-request.ts'

function rewritten(text: string, model = '"target"'): string {
  const read = readChatRequest(Buffer.from(text))
  if (!read.ok) throw new Error(read.error.message)
  return bodyForProvider(read.request, model).toString()
}

describe('the body for the provider', () => {
  it.each([
    ['{"model":"small","x": 1}', '{"model":"target","x": 1}'],
    ['{ "x":1 , "model" : "small" }', '{ "x":1 , "model" : "target" }'],
    [
      '{"model":"small","stream":true}',
      '{"stream_options":{"include_usage":true},"model":"target","stream":true}',
    ],
    [
      '{"stream":true,"stream_options":null,"model":"a"}',
      '{"stream":true,"stream_options":{"include_usage":true},"model":"target"}',
    ],
    [
      '{"model":"a","stream":true,"stream_options":{"x":1,"include_usage":false}}',
      '{"model":"target","stream":true,"stream_options":{"x":1,"include_usage":true}}',
    ],
    [
      '{"model":"a","stream":true,"stream_options":{"include_usage":true}}',
      '{"model":"target","stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      '{"model":"a","stream":true,"stream_options":7}',
      '{"model":"target","stream":true,"stream_options":7}',
    ],
    [
      '{"model":"a","stream":false,"stream_options":{}}',
      '{"model":"target","stream":false,"stream_options":{}}',
    ],
  ])('of %s', (text, expected) => {
    expect(rewritten(text)).toBe(expected)
  })

  it('differs from the caller’s in model and usage request alone', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (rest, stream) => {
        const own = { ...rest, model: 'small', stream }
        delete (own as { stream_options?: unknown }).stream_options
        const value = JSON.parse(rewritten(JSON.stringify(own))) as object
        const expected = {
          ...own,
          model: 'target',
          ...(stream && { stream_options: { include_usage: true } }),
        }
        expect(value).toEqual(JSON.parse(JSON.stringify(expected)))
      }),
    )
  })

  it('is the same bytes when there is nothing to change', () => {
    const body = Buffer.from('{"model":"same"}')
    const read = readChatRequest(body)
    expect(read.ok && bodyForProvider(read.request, '"same"')).toBe(body)
  })
})

describe('a request', () => {
  it.each([
    ['', 'empty'],
    ['{"model":7}', '"model" is missing'],
    ['{"model":""}', '"model" is missing'],
    ['{"messages":[]}', '"model" is missing'],
    ['{"model":"a","stream":"yes"}', '"stream" has to be'],
    ['{"model":"a"', 'position 12'],
  ])('%j is refused with a reason', (text, message) => {
    expect(readChatRequest(Buffer.from(text))).toMatchObject({
      ok: false,
      error: { status: 400, message: expect.stringContaining(message), retry: false },
    })
  })

  it('that is not UTF-8 is refused', () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ])
    expect(readChatRequest(body)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('UTF-8') },
    })
  })
})
