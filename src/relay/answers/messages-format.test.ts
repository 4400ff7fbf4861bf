import { describe, expect, it } from 'vitest'
import type { StreamReader } from './answer-format.ts'
import { messagesFormat } from './messages-format.ts'

const START = {
  type: 'message_start',
  message: { id: 'm1', type: 'message', role: 'assistant', model: 'claude', content: [] },
}

function read(events: readonly object[], keptBytes = 10_000): StreamReader {
  const reader = messagesFormat.readStream(keptBytes)
  for (const event of events) reader.add(JSON.stringify(event))
  return reader
}

function block(index: number, start: object, ...deltas: readonly object[]): readonly object[] {
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function contentOf(reader: StreamReader): readonly object[] {
  return (JSON.parse(reader.toJson() ?? '{}') as { content: object[] }).content
}

describe('the stream of a message', () => {
  it.each([
    ['preamble', START],
    ['preamble', { type: 'ping' }],
    ['content', { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } }],
    ['content', { type: 'message_delta', delta: { stop_reason: 'end_turn' } }],
    ['content', { type: 'error', error: { type: 'overloaded_error' } }],
    ['done', { type: 'message_stop' }],
  ])('tells %s from %j', (meaning, event) => {
    expect(messagesFormat.readStream(100).add(JSON.stringify(event))).toBe(meaning)
  })

  it('knows an error amid the answer', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' }
    const text = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hel' })
    const reader = read([START, ...text, { type: 'error', error, request_id: 'req_1' }])
    expect(reader).toMatchObject({ error, complete: false })
    expect(contentOf(reader)).toEqual([{ type: 'text', text: 'Hel' }])
  })

  it('is complete without its closing mark once it has said why it stopped', () => {
    const delta = { stop_reason: 'stop_sequence', stop_sequence: 'END' }
    const reader = read([START, { type: 'message_delta', delta, usage: { output_tokens: 3 } }])
    expect(reader).toMatchObject({ complete: true, finishReason: 'stop_sequence' })
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({ ...delta, model: 'claude' })
  })

  it('keeps citations, hidden thoughts and what tools of the provider found', () => {
    const citation = { type: 'char_location', cited_text: 'x', document_index: 0 }
    const redacted = { type: 'redacted_thinking', data: 'EmwKAh' }
    const found = { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ url: 'u' }] }
    const reader = read([
      START,
      ...block(0, redacted),
      ...block(1, found),
      ...block(
        2,
        { type: 'text', text: '', citations: [] },
        { type: 'citations_delta', citation },
        { type: 'text_delta', text: 'y' },
      ),
    ])
    expect(contentOf(reader)).toEqual([
      redacted,
      found,
      { type: 'text', text: 'y', citations: [citation] },
    ])
  })

  it('keeps the text of an input that was cut off', () => {
    const tool = { type: 'tool_use', id: 't', name: 'f', input: {} }
    const delta = { type: 'input_json_delta', partial_json: '{"a":[1,' }
    expect(contentOf(read([START, ...block(0, tool, delta)]))).toEqual([
      { ...tool, input: '{"a":[1,' },
    ])
  })

  it('counts thinking and arguments as said by the model, signatures not', () => {
    const reader = read([
      START,
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'hm' },
        { type: 'signature_delta', signature: 'EqQBCgIYAhIM' },
      ),
      ...block(
        1,
        { type: 'tool_use', id: 't', name: 'f', input: {} },
        {
          type: 'input_json_delta',
          partial_json: '{"a":"天"}',
        },
      ),
    ])
    expect(reader.characters).toEqual({ narrow: 2 + 8, wide: 1 })
  })

  it('stops keeping text at its limit but goes on counting', () => {
    const deltas = Array.from({ length: 100 }, () => ({ type: 'text_delta', text: 'abcdefghij' }))
    const reader = read([START, ...block(0, { type: 'text', text: '' }, ...deltas)], 500)
    expect(reader.truncated).toBe(true)
    expect(reader.characters.narrow).toBe(1000)
    expect((reader.toJson() ?? '').length).toBeLessThan(700)
  })

  it('takes usage from its first event when it breaks off', () => {
    const usage = { input_tokens: 25, output_tokens: 1 }
    const reader = read([{ ...START, message: { ...START.message, usage } }])
    expect(reader.usage).toEqual({ input_tokens: 25, output_tokens: 1 })
  })
})
