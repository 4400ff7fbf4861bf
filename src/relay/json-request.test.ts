import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findEndpoint } from './endpoints.ts'
import { readJsonRequest } from './json-request.ts'

function read(body: Buffer, path = '/v1/chat/completions') {
  return readJsonRequest(body, findEndpoint(path)!)
}

function rewritten(text: string, model = 'target', path?: string): string {
  const result = read(Buffer.from(text), path)
  if (!result.ok) throw new Error(result.error.message)
  return result.request.bodyFor(model).toString()
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
    const result = read(body)
    expect(result.ok && result.request.bodyFor('same')).toBe(body)
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
    expect(read(Buffer.from(text))).toMatchObject({
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
    expect(read(body)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('UTF-8') },
    })
  })
})

describe('a request in another protocol', () => {
  it('gets the model it leaves out only when the target knows it by another name', () => {
    const moderations = '/v1/moderations'
    expect(rewritten('{"input":"x"}', 'omni-moderation-latest', moderations)).toBe('{"input":"x"}')
    expect(rewritten('{"input":"x"}', 'other', moderations)).toBe('{"model":"other","input":"x"}')
    expect(rewritten('{ }', 'other', moderations)).toBe('{"model":"other" }')
  })

  it('asks for usage only where streams tell it when asked', () => {
    expect(rewritten('{"model":"a","stream":true}', 'a', '/v1/messages')).toBe(
      '{"model":"a","stream":true}',
    )
  })

  it("takes Gemini's model and stream from the address, and leaves the body alone", () => {
    const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent'
    const result = read(Buffer.from('{"contents":[],"model":"x","stream":false}'), path)
    expect(result).toMatchObject({
      ok: true,
      request: { model: 'gemini-2.5-flash', stream: true },
    })
    expect(rewritten('{"contents":[]}', 'gemini-x', path)).toBe('{"contents":[]}')
  })

  it("renames the model in each request of Gemini's batches", () => {
    const path = '/v1beta/models/mine:batchEmbedContents'
    const body = '{"requests":[{"model":"models/mine","content":{}},{"content":{}}]}'
    expect(rewritten(body, 'theirs', path)).toBe(
      '{"requests":[{"model":"models/theirs","content":{}},{"content":{}}]}',
    )
  })

  it("finds Anthropic's user in the metadata", () => {
    const body = '{"model":"a","user":"no","metadata":{"user_id":"u-7"}}'
    expect(read(Buffer.from(body), '/v1/messages')).toMatchObject({ request: { user: 'u-7' } })
  })
})
