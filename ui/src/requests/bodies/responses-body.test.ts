import { describe, expect, it } from 'vitest'
import answer from '../../../../test/fixtures/answers/openai-responses.json'
import { responsesBody } from './responses-body.ts'

const PICTURE = 'iVBORw0KGgoAAAANSUhEUg=='

const parts = (item: unknown) => responsesBody.request({ input: [item] })[0]?.parts

describe("a request of OpenAI's Responses", () => {
  it('has instructions, words, pictures and files', () => {
    const content = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: `data:image/webp;base64,${PICTURE}` },
      { type: 'input_image', file_id: 'file-1' },
      { type: 'input_file', filename: 'a.pdf', file_data: PICTURE },
    ]
    const input = [{ role: 'user', content }]
    expect(responsesBody.request({ instructions: 'Be brief.', input })).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'attachment', media: 'image', type: 'image/webp', bytes: 16 },
          { kind: 'attachment', media: 'image', name: 'file-1' },
          { kind: 'attachment', media: 'file', bytes: 16, name: 'a.pdf' },
        ],
      },
    ])
  })

  it("joins the items of the model's turn, and shows what tools gave", () => {
    const input = [
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'A cat.' },
    ]
    expect(responsesBody.request({ input })).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: '' },
          { kind: 'tool-call', id: 'call_1', name: 'look', input: '{\n  "at": 1\n}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool-result',
            callId: 'call_1',
            failed: false,
            parts: [{ kind: 'text', text: 'A cat.' }],
          },
        ],
      },
    ])
  })

  it.each([
    [
      { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'cat' } },
      [{ kind: 'tool-call', name: 'web_search' }],
    ],
    [
      { type: 'mcp_call', id: 'm', name: 'look', arguments: '{}', output: 'A cat.', error: null },
      [
        { kind: 'tool-call', name: 'look' },
        { kind: 'tool-result', callId: 'm', failed: false, parts: [{ text: 'A cat.' }] },
      ],
    ],
    [
      {
        type: 'computer_call_output',
        call_id: 'c',
        output: { type: 'computer_screenshot', image_url: `data:image/png;base64,${PICTURE}` },
      },
      [{ kind: 'tool-result', parts: [{ kind: 'attachment', media: 'image', bytes: 16 }] }],
    ],
    [
      { type: 'image_generation_call', result: PICTURE, output_format: 'png' },
      [{ kind: 'attachment', media: 'image', type: 'image/png', bytes: 16 }],
    ],
    [{ type: 'item_reference', id: 'msg_1' }, [{ kind: 'other', type: 'item_reference' }]],
  ])('shows the item %j', (item, shown) => {
    expect(parts(item)).toMatchObject(shown)
  })

  it.each([
    ['a text', 'cat', [{ kind: 'text', text: 'cat' }]],
    [
      'texts',
      ['cat', 'dog'],
      [
        { kind: 'text', text: 'cat' },
        { kind: 'text', text: 'dog' },
      ],
    ],
    ['tokens', [1, 2, 3], [{ kind: 'tokens', count: 3 }]],
    [
      'lists of tokens',
      [[1, 2], [3]],
      [
        { kind: 'tokens', count: 2 },
        { kind: 'tokens', count: 1 },
      ],
    ],
    ['parts', [{ type: 'text', text: 'cat' }], [{ kind: 'text', text: 'cat' }]],
  ])('may be %s alone, as for embeddings and moderations', (_, input, shown) => {
    expect(responsesBody.request({ input })).toEqual([{ role: 'user', parts: shown }])
  })
})

describe("an answer of OpenAI's Responses", () => {
  it('is one message of thoughts, words and calls of tools', () => {
    expect(responsesBody.answer(answer)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: '**Looking up** the weather' },
          { kind: 'text', text: 'Một giây, để tôi xem.' },
          {
            kind: 'tool-call',
            id: 'call_9',
            name: 'get_weather',
            input: '{\n  "location": "Hà Nội"\n}',
          },
        ],
      },
    ])
  })

  it('may be a refusal', () => {
    const output = [
      { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ]
    expect(responsesBody.answer({ output })[0]?.parts).toEqual([{ kind: 'text', text: 'No.' }])
  })
})
