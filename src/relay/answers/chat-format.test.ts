import { describe, expect, it } from 'vitest'
import type { StreamReader } from './answer-format.ts'
import { chatFormat } from './chat-format.ts'
import { completionsFormat } from './completions-format.ts'

function chunk(delta: object, finishReason: string | null = null, index = 0): string {
  const choices = [{ index, delta, finish_reason: finishReason }]
  return JSON.stringify({ id: 'c1', created: 7, model: 'm', choices })
}

function read(events: readonly string[], keptBytes = 10_000): StreamReader {
  const reader = chatFormat.readStream(keptBytes)
  for (const event of events) reader.add(event)
  return reader
}

function messagesOf(reader: StreamReader): readonly object[] {
  const answer = JSON.parse(reader.toJson() ?? '{}') as { choices: { message: object }[] }
  return answer.choices.map(({ message }) => message)
}

describe('the stream of a chat', () => {
  it.each([
    ['preamble', chunk({ role: 'assistant', content: '' })],
    ['preamble', chunk({ role: 'assistant', content: null, refusal: null, tool_calls: [] })],
    ['preamble', '{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}'],
    ['preamble', '{"choices":[],"usage":null}'],
    ['content', chunk({ content: 'a' })],
    ['content', chunk({ refusal: 'no' })],
    ['content', chunk({ reasoning_content: 'hm' })],
    ['content', chunk({ reasoning: 'hm' })],
    ['content', chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] })],
    ['content', chunk({ tool_calls: [{ index: 0, id: 'a' }] })],
    ['content', chunk({ function_call: { name: 'f', arguments: '' } })],
    ['content', chunk({ audio: { id: 'a' } })],
    ['content', chunk({}, 'stop')],
    ['content', '{"error":{"message":"overloaded"}}'],
    ['content', 'no json'],
    ['usage', '{"choices":[],"usage":{"prompt_tokens":1}}'],
    ['usage', '{"usage":{"prompt_tokens":1}}'],
    ['preamble', '{"choices":[{"delta":{"content":""}}],"usage":{"prompt_tokens":1}}'],
    ['done', '[DONE]'],
  ])('tells %s from %s', (meaning, data) => {
    expect(chatFormat.readStream(100).add(data)).toBe(meaning)
  })

  it('puts the pieces of tool calls together by their index', () => {
    const reader = read([
      chunk({ tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'two' } }] }),
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
    ])
    expect(messagesOf(reader)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'one', arguments: '{"x":1}' } },
          { id: 'b', type: 'function', function: { name: 'two', arguments: '' } },
        ],
      },
    ])
  })

  it('keeps the choices apart and is complete when all of them are', () => {
    const reader = read([1, 0, 1].map((index) => chunk({ content: String(index) }, null, index)))
    expect(messagesOf(reader)).toMatchObject([{ content: '0' }, { content: '11' }])
    reader.add(chunk({}, 'stop', 1))
    reader.add(chunk({}, 'stop', 1))
    expect(reader.complete).toBe(false)
    reader.add(chunk({}, 'stop', 0))
    expect(reader.complete).toBe(true)
  })

  it('stops keeping text at its limit but goes on counting', () => {
    const reader = read(
      Array.from({ length: 100 }, () => chunk({ content: 'abcdefghij' })),
      500,
    )
    expect(reader.truncated).toBe(true)
    expect(reader.characters).toEqual({ narrow: 1000, wide: 0 })
    expect((reader.toJson() ?? '').length).toBeLessThan(800)
  })

  it('counts reasoning and arguments as said by the model, wide characters apart', () => {
    const reader = read([
      chunk({ content: 'chào 天気' }),
      chunk({ reasoning_content: 'hm' }),
      chunk({ tool_calls: [{ index: 0, function: { name: 'f', arguments: '{}' } }] }),
    ])
    expect(reader.characters).toEqual({ narrow: 5 + 2 + 3, wide: 2 })
  })

  it('knows an error amid the answer', () => {
    const error = { code: 502, message: 'Provider disconnected' }
    const reader = read([chunk({ content: 'a' }), JSON.stringify({ error, choices: [] })])
    expect(reader).toMatchObject({ error, complete: false })
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({ error })
  })

  it("knows OpenRouter's error, which comes with a choice that ends by it", () => {
    const error = { code: 'server_error', message: 'Provider disconnected unexpectedly' }
    const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
    const reader = read([chunk({ content: 'a' }), JSON.stringify({ error, choices })])
    expect(reader).toMatchObject({ error, finishReason: 'error' })
  })

  it("takes Mistral's text that comes in parts", () => {
    const parts = [
      { type: 'thinking', thinking: [] },
      { type: 'text', text: 'ab' },
    ]
    expect(messagesOf(read([chunk({ content: parts })]))).toMatchObject([{ content: 'ab' }])
  })

  it('keeps the words of a legacy function call and of speech', () => {
    const reader = read([
      chunk({ function_call: { name: 'f', arguments: '{"a"' } }),
      chunk({ function_call: { arguments: ':1}' } }),
      chunk({ audio: { id: 'a1', transcript: 'he' } }),
      chunk({ audio: { id: 'a1', transcript: 'llo', data: 'UklGRg==' } }),
    ])
    expect(messagesOf(reader)).toMatchObject([
      {
        function_call: { name: 'f', arguments: '{"a":1}' },
        audio: { id: 'a1', transcript: 'hello' },
      },
    ])
  })

  it('is named after the first chunk that has an id', () => {
    const first = '{"id":"","created":0,"model":"","choices":[],"prompt_filter_results":[]}'
    expect(JSON.parse(read([first, chunk({ content: 'a' })]).toJson() ?? '')).toMatchObject({
      id: 'c1',
      created: 7,
      model: 'm',
    })
  })

  it.each(['not json', '7', 'null', '[]', '{"choices":[null,{"delta":7}]}', '{"choices":{}}'])(
    'is not disturbed by %s',
    (data) => {
      const reader = read([chunk({ content: 'a' }), data])
      expect(messagesOf(reader)).toMatchObject([{ content: 'a' }])
    },
  )

  it('is nothing before anything has come', () => {
    const reader = read([])
    expect(reader).toMatchObject({ usage: undefined, complete: false, truncated: false })
    expect(reader.toJson()).toBeUndefined()
  })
})

describe('the stream of a legacy completion', () => {
  it.each([
    ['preamble', '{"choices":[{"index":0,"text":"","finish_reason":null}]}'],
    ['content', '{"choices":[{"index":0,"text":"a","finish_reason":null}]}'],
    ['content', '{"choices":[{"index":0,"text":"","finish_reason":"stop"}]}'],
    ['usage', '{"choices":[],"usage":{"prompt_tokens":5}}'],
  ])('tells %s from %s', (meaning, data) => {
    expect(completionsFormat.readStream(100).add(data)).toBe(meaning)
  })
})
