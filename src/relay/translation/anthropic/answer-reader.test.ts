import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import { MessageDecoder, readMessage } from './answer-reader.ts'

function decode(...events: readonly object[]): AnswerEvent[] {
  const decoder = new MessageDecoder()
  return [...events.flatMap((event) => decoder.read(JSON.stringify(event))), ...decoder.end()]
}

const USAGE = { input_tokens: 10, output_tokens: 3 }

describe('a whole message', () => {
  it('is read block by block, then why it ended, then its usage', () => {
    expect(
      readMessage({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'ZW5j' },
          { type: 'text', text: 'Yes.', citations: null },
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'tool_use', id: 'toolu_1', name: 'a', input: { x: 1 } },
          { type: 'tool_use', id: 'toolu_2', name: 'b', input: {} },
        ],
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { ...USAGE, cache_read_input_tokens: 5 },
      }),
    ).toEqual([
      { kind: 'start', id: 'msg_1', model: 'claude-sonnet-4-5' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking_signature', signature: 'c2ln' },
      { kind: 'redacted_thinking', data: 'ZW5j' },
      { kind: 'text', text: 'Yes.' },
      { kind: 'tool_start', index: 0, id: 'toolu_1', name: 'a' },
      { kind: 'tool_arguments', index: 0, json: '{"x":1}' },
      { kind: 'tool_start', index: 1, id: 'toolu_2', name: 'b' },
      { kind: 'tool_arguments', index: 1, json: '{}' },
      { kind: 'stop', reason: 'tool_calls' },
      { kind: 'usage', usage: { ...USAGE, cache_read_tokens: 5 } },
    ])
  })

  it.each([
    ['end_turn', 'stop'],
    ['pause_turn', 'stop'],
    ['stop_sequence', 'stop_sequence'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
    ['constructor', 'stop'],
  ])('that stopped because of %s did so by "%s"', (reason, expected) => {
    expect(readMessage({ content: [], stop_reason: reason })).toContainEqual({
      kind: 'stop',
      reason: expected,
    })
  })

  it('tells which sequence stopped it', () => {
    const message = { content: [], stop_reason: 'stop_sequence', stop_sequence: 'END' }
    expect(readMessage(message).at(-1)).toEqual({
      kind: 'stop',
      reason: 'stop_sequence',
      sequence: 'END',
    })
  })

  it('tells why it was refused', () => {
    const details = { type: 'refusal', category: 'bio', explanation: 'Too dangerous.' }
    expect(readMessage({ content: [], stop_reason: 'refusal', stop_details: details })).toEqual([
      { kind: 'start' },
      { kind: 'refusal', text: 'Too dangerous.' },
      { kind: 'stop', reason: 'content_filter' },
    ])
  })

  it('is nothing when it is no message', () => {
    expect(readMessage({ error: { message: 'x' } })).toEqual([])
  })
})

describe('a streamed message', () => {
  it('is read as it comes', () => {
    const events = decode(
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          model: 'm',
          content: [],
          usage: { input_tokens: 10, output_tokens: 1 },
        },
      },
      { type: 'ping' },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '', signature: '' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'signature_delta', signature: 'c2ln' },
      },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'redacted_thinking', data: 'ZW5j' },
      },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Ye' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'citations_delta', citation: {} } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 's' } },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'content_block_start',
        index: 3,
        content_block: { type: 'tool_use', id: 't1', name: 'a', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 3,
        delta: { type: 'input_json_delta', partial_json: '' },
      },
      {
        type: 'content_block_delta',
        index: 3,
        delta: { type: 'input_json_delta', partial_json: '{"x"' },
      },
      {
        type: 'content_block_delta',
        index: 3,
        delta: { type: 'input_json_delta', partial_json: ':1}' },
      },
      { type: 'content_block_stop', index: 3 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { output_tokens: 3 },
      },
      { type: 'message_stop' },
    )
    expect(events).toEqual([
      { kind: 'start', id: 'msg_1', model: 'm' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking_signature', signature: 'c2ln' },
      { kind: 'redacted_thinking', data: 'ZW5j' },
      { kind: 'text', text: 'Ye' },
      { kind: 'text', text: 's' },
      { kind: 'tool_start', index: 0, id: 't1', name: 'a' },
      { kind: 'tool_arguments', index: 0, json: '{"x"' },
      { kind: 'tool_arguments', index: 0, json: ':1}' },
      { kind: 'stop', reason: 'tool_calls' },
      { kind: 'usage', usage: USAGE },
    ])
  })

  it('has arguments also where the provider sends them at once, or none', () => {
    const call = (index: number, input: object) => [
      {
        type: 'content_block_start',
        index,
        content_block: { type: 'tool_use', id: `t${index}`, name: 'a', input },
      },
      { type: 'content_block_stop', index },
    ]
    const texts = decode(...call(0, { x: 1 }), ...call(1, {})).flatMap((event) =>
      event.kind === 'tool_arguments' ? [event.json] : [],
    )
    expect(texts).toEqual(['{"x":1}', '{}'])
  })

  it('tells its usage once, from the last word on it, also without a message_stop', () => {
    const start = {
      type: 'message_start',
      message: { usage: { input_tokens: 10, output_tokens: 1 } },
    }
    const delta = (output_tokens: number, stop_reason: string | null) => ({
      type: 'message_delta',
      delta: { stop_reason },
      usage: { output_tokens },
    })
    expect(decode(start, delta(2, null), delta(3, 'end_turn'))).toEqual([
      { kind: 'start' },
      { kind: 'stop', reason: 'stop' },
      { kind: 'usage', usage: USAGE },
    ])
  })

  it('tells no usage when it broke off: what stood at its start is no count', () => {
    expect(
      decode({ type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } }),
    ).toEqual([{ kind: 'start' }])
  })

  it('passes over what it does not know, errors too', () => {
    expect(
      decode({ type: 'error', error: { message: 'x' } }, { type: 'telemetry' }, [], { type: 5 }),
    ).toEqual([])
    expect(new MessageDecoder().read('not JSON')).toEqual([])
  })
})

describe('an answer of a hostile provider', () => {
  const types = fc.constantFrom(
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  )
  const inner = fc.constantFrom(
    'text',
    'thinking',
    'tool_use',
    'redacted_thinking',
    'input_json_delta',
  )

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(types, inner, fc.jsonValue({ maxDepth: 3 }))), (events) => {
        const decoder = new MessageDecoder()
        for (const [type, kind, value] of events) {
          const block = {
            type: kind,
            text: value,
            data: value,
            id: value,
            input: value,
            partial_json: value,
          }
          for (const each of [value, block]) {
            const event = {
              type,
              message: each,
              content_block: each,
              delta: each,
              index: value,
              usage: value,
            }
            decoder.read(JSON.stringify(event))
            readMessage({ content: [each], stop_reason: value, stop_details: value, usage: value })
          }
        }
        decoder.end()
      }),
    )
  })

  it('never throws, however deep it is nested', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
    expect(
      readMessage({ content: [{ type: 'tool_use', id: 'a', name: 'b', input: deep }] }),
    ).toContainEqual({
      kind: 'tool_arguments',
      index: 0,
      json: '{}',
    })
  })
})
