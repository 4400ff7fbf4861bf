import { describe, expect, it } from 'vitest'
import type { StreamReader } from './answer-format.ts'
import { generateFormat } from './generate-format.ts'

function chunk(parts: readonly object[], more: object = {}): object {
  return { candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }] }
}

function read(events: readonly object[], keptBytes = 10_000): StreamReader {
  const reader = generateFormat.readStream(keptBytes)
  for (const event of events) reader.add(JSON.stringify(event))
  return reader
}

function partsOf(reader: StreamReader): readonly object[] {
  const answer = JSON.parse(reader.toJson() ?? '{}') as {
    candidates: { content: { parts: object[] } }[]
  }
  return answer.candidates[0]?.content.parts ?? []
}

describe("Gemini's stream", () => {
  it.each([
    ['preamble', { usageMetadata: { promptTokenCount: 4 } }],
    ['preamble', chunk([{ text: '' }])],
    ['preamble', { candidates: [{ index: 0 }] }],
    ['content', chunk([{ text: 'a' }])],
    ['content', chunk([{ functionCall: { name: 'f' } }])],
    ['content', chunk([{ text: '', thoughtSignature: 'x' }])],
    ['content', chunk([], { finishReason: 'STOP' })],
    ['content', { promptFeedback: { blockReason: 'SAFETY' } }],
    ['content', { error: { code: 503, status: 'UNAVAILABLE' } }],
  ])('tells %s from %j', (meaning, event) => {
    expect(generateFormat.readStream(100).add(JSON.stringify(event))).toBe(meaning)
  })

  it('puts neighbouring texts together, thoughts apart', () => {
    const reader = read([
      chunk([{ text: 'h', thought: true }]),
      chunk([{ text: 'm', thought: true }, { text: 'He' }]),
      chunk([{ text: 'llo' }]),
      chunk([{ functionCall: { name: 'f', args: {} } }]),
      chunk([{ text: '!' }]),
    ])
    expect(partsOf(reader)).toEqual([
      { text: 'hm', thought: true },
      { text: 'Hello' },
      { functionCall: { name: 'f', args: {} } },
      { text: '!' },
    ])
  })

  it('leaves a signature at the part it came with', () => {
    const signed = { text: 'b', thoughtSignature: 'CiQB' }
    const reader = read([chunk([{ text: 'a' }]), chunk([signed]), chunk([{ text: 'c' }])])
    expect(partsOf(reader)).toEqual([{ text: 'a' }, signed, { text: 'c' }])
  })

  it('whose prompt was blocked is complete and tells why', () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }
    const reader = read([{ ...blocked, usageMetadata: { promptTokenCount: 9 } }])
    expect(reader).toMatchObject({
      complete: true,
      finishReason: 'PROHIBITED_CONTENT',
      usage: { input_tokens: 9 },
    })
    expect(generateFormat.readWhole(blocked).finishReason).toBe('PROHIBITED_CONTENT')
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject(blocked)
  })

  it('knows an error amid the answer', () => {
    const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' }
    const reader = read([chunk([{ text: 'a' }]), { error }])
    expect(reader).toMatchObject({ error, complete: false })
  })

  it('keeps ratings and sources beside the text', () => {
    const groundingMetadata = { webSearchQueries: ['q'] }
    const reader = read([
      chunk([{ text: 'a' }], { groundingMetadata }),
      chunk([{ text: 'b' }], { finishReason: 'STOP' }),
    ])
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({
      candidates: [
        { content: { parts: [{ text: 'ab' }] }, groundingMetadata, finishReason: 'STOP' },
      ],
    })
  })

  it('leaves out a picture that has no room and goes on with the text', () => {
    const picture = { inlineData: { mimeType: 'image/png', data: 'iVBORw0K'.repeat(100) } }
    const reader = read([chunk([{ text: 'a' }]), chunk([picture])], 500)
    expect(reader.truncated).toBe(true)
    expect(partsOf(reader)).toEqual([{ text: 'a' }])
  })

  it('counts arguments and code as said by the model', () => {
    const reader = read([
      chunk([{ functionCall: { name: 'f', args: { a: 1 } } }]),
      chunk([{ executableCode: { language: 'PYTHON', code: 'print(1)' } }]),
    ])
    expect(reader.characters.narrow).toBe('{"a":1}'.length + 'print(1)'.length)
  })
})
