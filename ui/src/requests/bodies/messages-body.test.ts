import { describe, expect, it } from 'vitest'
import message from '../../../../test/fixtures/answers/anthropic-messages.json'
import thinking from '../../../../test/fixtures/answers/deepseek-chat.json'
import chat from '../../../../test/fixtures/answers/openai-chat.json'
import spoken from '../../../../test/fixtures/answers/openai-chat-audio.json'
import tools from '../../../../test/fixtures/answers/openai-chat-tools.json'
import { messagesBody } from './messages-body.ts'

const PICTURE = 'iVBORw0KGgoAAAANSUhEUg=='

const part = (content: unknown) =>
  messagesBody.request({ messages: [{ role: 'user', content: [content] }] })[0]?.parts

describe("a request of OpenAI's chat", () => {
  it('has its texts, calls of tools and their results', () => {
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is this?' }] },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'A picture, so I look.',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
          { id: 'call_2', type: 'custom', custom: { name: 'grep', input: 'grep cat' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'A cat.' },
    ]
    expect(messagesBody.request({ messages })).toEqual([
      { role: 'developer', parts: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'What is this?' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'A picture, so I look.' },
          { kind: 'tool-call', id: 'call_1', name: 'look', input: '{\n  "at": 1\n}' },
          { kind: 'tool-call', id: 'call_2', name: 'grep', input: 'grep cat' },
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
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } },
      { kind: 'attachment', media: 'image', type: 'image/png', bytes: 16 },
    ],
    [
      { type: 'image_url', image_url: { url: 'https://example.org/x.png' } },
      { kind: 'attachment', media: 'image', name: 'https://example.org/x.png' },
    ],
    [
      { type: 'input_audio', input_audio: { data: PICTURE, format: 'wav' } },
      { kind: 'attachment', media: 'audio', type: 'wav', bytes: 16 },
    ],
    [
      {
        type: 'file',
        file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PICTURE}` },
      },
      { kind: 'attachment', media: 'file', type: 'application/pdf', bytes: 16, name: 'a.pdf' },
    ],
  ])('names what it does not show: %j', (content, shown) => {
    expect(part(content)).toEqual([shown])
  })

  it('shows a part of a kind that nobody knows as JSON, without base64', () => {
    const data = 'QUJD'.repeat(100)
    expect(part({ type: 'hologram', data })).toEqual([
      {
        kind: 'other',
        type: 'hologram',
        json: `{\n  "type": "hologram",\n  "data": "${data.slice(0, 24)}…"\n}`,
      },
    ])
  })
})

describe("an answer of OpenAI's chat", () => {
  it('is its text', () => {
    expect(messagesBody.answer(chat)).toEqual([
      {
        role: 'assistant',
        parts: [{ kind: 'text', text: 'Xin chào! Thời tiết ở Hà Nội hôm nay: 31 °C ☀️, 晴れ.' }],
      },
    ])
  })

  it('calls tools by name', () => {
    const calls = messagesBody.answer(tools)[0]?.parts
    expect(calls).toMatchObject([{ name: 'get_weather' }, { name: 'get_time' }])
    expect(calls?.[1]).toMatchObject({ input: '{\n  "zone": "Asia/Ho_Chi_Minh"\n}' })
  })

  it('keeps thoughts apart from what is said', () => {
    expect(messagesBody.answer(thinking)[0]?.parts.map(({ kind }) => kind)).toEqual([
      'thinking',
      'text',
    ])
  })

  it('that is spoken has a size and its words', () => {
    expect(messagesBody.answer(spoken)[0]?.parts).toEqual([
      { kind: 'attachment', media: 'audio', bytes: 12 },
      { kind: 'text', text: 'Yes, golden retrievers are friendly.' },
    ])
  })

  it('is one message for each choice', () => {
    const choices = ['one', 'two'].map((content) => ({ message: { role: 'assistant', content } }))
    expect(messagesBody.answer({ choices })).toHaveLength(2)
  })
})

describe("a request of Anthropic's Messages", () => {
  it('begins with its system prompt', () => {
    const messages = [{ role: 'user', content: 'Hi' }]
    const expected = [
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
    ]
    expect(messagesBody.request({ system: 'Be brief.', messages })).toEqual(expected)
    const system = [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }]
    expect(messagesBody.request({ system, messages })).toEqual(expected)
  })

  it('has thoughts, calls of tools, and results with pictures', () => {
    const source = { type: 'base64', media_type: 'image/jpeg', data: PICTURE }
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I look.', signature: 'EqQB' },
          { type: 'redacted_thinking', data: 'EmwK' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            is_error: true,
            content: [
              { type: 'text', text: 'Dark.' },
              { type: 'image', source },
            ],
          },
        ],
      },
    ]
    expect(messagesBody.request({ messages })).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'I look.' },
          { kind: 'thinking', text: '' },
          { kind: 'tool-call', id: 'toolu_1', name: 'look', input: '{\n  "at": 1\n}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool-result',
            callId: 'toolu_1',
            failed: true,
            parts: [
              { kind: 'text', text: 'Dark.' },
              { kind: 'attachment', media: 'image', type: 'image/jpeg', bytes: 16 },
            ],
          },
        ],
      },
    ])
  })

  it.each([
    [
      { type: 'base64', media_type: 'application/pdf', data: PICTURE },
      { kind: 'attachment', media: 'file', type: 'application/pdf', bytes: 16, name: 'Terms' },
    ],
    [
      { type: 'url', url: 'https://example.org/a.pdf' },
      { kind: 'attachment', media: 'file', name: 'Terms' },
    ],
    [
      { type: 'text', media_type: 'text/plain', data: 'All rights' },
      { kind: 'text', text: 'All rights' },
    ],
    [
      { type: 'content', content: [{ type: 'text', text: 'All rights' }] },
      { kind: 'text', text: 'All rights' },
    ],
  ])('names documents and shows their words: %j', (source, shown) => {
    expect(part({ type: 'document', title: 'Terms', source })).toEqual([shown])
  })

  it("shows the provider's own tools", () => {
    const found = { type: 'web_search_result', title: 'Cats', url: 'https://example.org/cats' }
    expect(
      part({ type: 'web_search_tool_result', tool_use_id: 'srv_1', content: [found] }),
    ).toMatchObject([{ kind: 'tool-result', parts: [{ type: 'web_search_result' }] }])
    expect(
      part({ type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'cat' } }),
    ).toMatchObject([{ kind: 'tool-call', name: 'web_search', input: '{\n  "query": "cat"\n}' }])
  })
})

describe("an answer of Anthropic's Messages", () => {
  it('has thoughts, words and calls of tools', () => {
    expect(messagesBody.answer(message)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'The user wants the weather. Tôi sẽ dùng công cụ.' },
          { kind: 'text', text: 'Để tôi kiểm tra 天気.' },
          {
            kind: 'tool-call',
            id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6',
            name: 'get_weather',
            input: '{\n  "location": "Hà Nội",\n  "unit": "celsius"\n}',
          },
        ],
      },
    ])
  })

  it('whose input was cut off in a stream shows what has come of it', () => {
    const content = [{ type: 'tool_use', id: 't', name: 'f', input: '{"location":"Hà' }]
    expect(messagesBody.answer({ type: 'message', content })[0]?.parts).toMatchObject([
      { input: '{"location":"Hà' },
    ])
  })
})
