import { describe, expect, it } from 'vitest'
import answer from '../../../../test/fixtures/answers/google-generate.json'
import { geminiBody } from './gemini-body.ts'

const PICTURE = 'iVBORw0KGgoAAAANSUhEUg=='

describe("a request of Gemini's", () => {
  it('has its system prompt, texts, pictures, calls of functions and their responses', () => {
    const body = {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'What is this?' },
            { inlineData: { mimeType: 'image/png', data: PICTURE } },
            { fileData: { mimeType: 'video/mp4', fileUri: 'gs://films/a.mp4' } },
          ],
        },
        { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'look', args: { at: 1 } } }] },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'c1', name: 'look', response: { output: 'A cat.' } } },
            { functionResponse: { name: 'count', response: { cats: 2 } } },
          ],
        },
      ],
    }
    expect(geminiBody.request(body)).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'attachment', media: 'image', type: 'image/png', bytes: 16 },
          { kind: 'attachment', media: 'video', type: 'video/mp4', name: 'gs://films/a.mp4' },
        ],
      },
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: 'c1', name: 'look', input: '{\n  "at": 1\n}' }],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool-result',
            callId: 'c1',
            name: 'look',
            failed: false,
            parts: [{ kind: 'text', text: 'A cat.' }],
          },
          {
            kind: 'tool-result',
            name: 'count',
            failed: false,
            parts: [{ kind: 'text', text: '{\n  "cats": 2\n}' }],
          },
        ],
      },
    ])
  })

  it('may be spelled with underscores', () => {
    const part = { inline_data: { mime_type: 'image/png', data: PICTURE, display_name: 'cat' } }
    const body = {
      system_instruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ parts: [part] }],
    }
    expect(geminiBody.request(body)).toMatchObject([
      { role: 'system' },
      { role: 'user', parts: [{ media: 'image', type: 'image/png', bytes: 16, name: 'cat' }] },
    ])
  })

  it('shows the code that the provider has run, and that it failed', () => {
    const parts = [
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: 'no' } },
    ]
    expect(geminiBody.request({ contents: [{ role: 'model', parts }] })[0]?.parts).toMatchObject([
      { kind: 'tool-call', name: 'python', input: 'print(1)' },
      { kind: 'tool-result', failed: true, parts: [{ text: 'no' }] },
    ])
  })

  it.each([
    ['an embedding', { content: { parts: [{ text: 'cat' }] } }],
    ['many embeddings', { requests: [{ content: { parts: [{ text: 'cat' }] } }] }],
    ['a count of tokens', { generateContentRequest: { contents: [{ parts: [{ text: 'cat' }] }] } }],
  ])('may be for %s', (_, body) => {
    expect(geminiBody.request(body)).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'cat' }] },
    ])
  })
})

describe("an answer of Gemini's", () => {
  it('has thoughts, words and calls of functions', () => {
    expect(geminiBody.answer(answer)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: '**Checking** the weather first.' },
          { kind: 'text', text: 'Để tôi xem thời tiết ở Hà Nội. 晴れ' },
          {
            kind: 'tool-call',
            id: undefined,
            name: 'get_weather',
            input: '{\n  "location": "Hà Nội"\n}',
          },
        ],
      },
    ])
  })

  it('may hold pictures, and parts that nobody knows', () => {
    const parts = [
      { inlineData: { mimeType: 'image/png', data: PICTURE } },
      { text: '', thoughtSignature: 'CiQB' },
      { hologram: { depth: 3 } },
    ]
    expect(geminiBody.answer({ candidates: [{ content: { parts } }] })[0]?.parts).toMatchObject([
      { kind: 'attachment', media: 'image', bytes: 16 },
      { kind: 'other', type: 'hologram' },
    ])
  })
})
