import type Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import { MessageWriter, writeMessage } from './message-writer.ts'

const CONTEXT = {
  requestId: 'req_01ABC',
  model: 'public-name',
  createdSeconds: 1,
  wantsUsage: false,
  request: {},
}

const ANSWER: readonly AnswerEvent[] = [
  { kind: 'start', id: 'chatcmpl-1', model: 'gpt-4o' },
  { kind: 'thinking', text: 'H' },
  { kind: 'thinking', text: 'm' },
  { kind: 'thinking_signature', signature: 'c2ln' },
  { kind: 'redacted_thinking', data: 'ZW5j' },
  { kind: 'text', text: 'Ye' },
  { kind: 'text', text: 's.' },
  { kind: 'tool_start', index: 0, id: 'call_1', name: 'a' },
  { kind: 'tool_arguments', index: 0, json: '{"x"' },
  { kind: 'tool_arguments', index: 0, json: ':1}' },
  { kind: 'stop', reason: 'tool_calls' },
  {
    kind: 'usage',
    usage: {
      input_tokens: 10,
      audio_input_tokens: 2,
      cache_read_tokens: 3,
      cache_write_5m_tokens: 4,
      cache_write_1h_tokens: 5,
      output_tokens: 6,
      reasoning_tokens: 1,
    },
  },
]

const COUNTS = {
  input_tokens: 12,
  cache_read_input_tokens: 3,
  cache_creation_input_tokens: 9,
  output_tokens: 6,
  output_tokens_details: { thinking_tokens: 1 },
  server_tool_use: null,
}
const WRITES = { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 }

/** The events of a stream; each `event:` line must say what its data says. */
function stream(...events: readonly AnswerEvent[]): Record<string, unknown>[] {
  const writer = new MessageWriter(CONTEXT)
  const text = events.map((event) => writer.write(event)).join('') + writer.end()
  return text.split('\n\n').flatMap((block) => {
    if (block === '') return []
    const [name, data] = block.split('\n')
    const event = JSON.parse(data!.slice('data: '.length)) as Record<string, unknown>
    expect(name).toBe(`event: ${event.type}`)
    return [event]
  })
}

function whole(...events: readonly AnswerEvent[]): Anthropic.Message {
  return writeMessage(events, CONTEXT) as Anthropic.Message
}

describe('a whole message to the caller', () => {
  it('has the shape that the official SDK describes', () => {
    const expected: Anthropic.Message = {
      id: 'msg_01ABC',
      type: 'message',
      role: 'assistant',
      model: 'public-name',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZW5j' },
        { type: 'text', text: 'Yes.', citations: null },
        { type: 'tool_use', id: 'call_1', name: 'a', input: { x: 1 }, caller: { type: 'direct' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        ...COUNTS,
        cache_creation: WRITES,
        service_tier: null,
        inference_geo: null,
        speed: null,
      },
    }
    expect(whole(...ANSWER)).toEqual(expected)
  })

  it.each([
    ['stop', 'end_turn'],
    ['stop_sequence', 'stop_sequence'],
    ['length', 'max_tokens'],
    ['tool_calls', 'tool_use'],
    ['content_filter', 'refusal'],
  ] as const)('that stopped by "%s" says %s', (reason, expected) => {
    expect(whole({ kind: 'stop', reason }).stop_reason).toBe(expected)
  })

  it('says which sequence stopped it', () => {
    expect(whole({ kind: 'stop', reason: 'stop_sequence', sequence: 'END' }).stop_sequence).toBe(
      'END',
    )
  })

  it('says tool_use where a tool was called, even if the provider only says that it stopped', () => {
    const call: AnswerEvent = { kind: 'tool_start', index: 0, id: 'c', name: 'a' }
    expect(whole(call, { kind: 'stop', reason: 'stop' })).toMatchObject({
      content: [{ type: 'tool_use', input: {} }],
      stop_reason: 'tool_use',
    })
  })

  it('says no reason when it broke off', () => {
    expect(whole({ kind: 'text', text: 'Half' })).toMatchObject({
      content: [{ text: 'Half' }],
      stop_reason: null,
    })
  })

  it('has a refusal as its text', () => {
    expect(whole({ kind: 'refusal', text: 'No.' }, { kind: 'stop', reason: 'stop' })).toMatchObject(
      {
        content: [{ type: 'text', text: 'No.' }],
        stop_reason: 'refusal',
      },
    )
  })

  it.each([['{"x":'], ['[1]'], ['null']])('keeps arguments that are no object: %s', (json) => {
    expect(
      whole(
        { kind: 'tool_start', index: 0, id: 'c', name: 'a' },
        { kind: 'tool_arguments', index: 0, json },
      ).content[0],
    ).toMatchObject({ input: { INVALID_JSON: json } })
  })
})

describe('a streamed message to the caller', () => {
  it('has every block started, filled and stopped in turn', () => {
    const [start, ...rest] = stream(...ANSWER)
    expect(start).toMatchObject({
      type: 'message_start',
      message: { id: 'msg_01ABC', model: 'public-name', content: [], stop_reason: null },
    })
    const delta = (index: number, change: object) => ({
      type: 'content_block_delta',
      index,
      delta: change,
    })
    const begin = (index: number, block: object) => ({
      type: 'content_block_start',
      index,
      content_block: block,
    })
    const stop = (index: number) => ({ type: 'content_block_stop', index })
    expect(rest).toEqual([
      begin(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'H' }),
      delta(0, { type: 'thinking_delta', thinking: 'm' }),
      delta(0, { type: 'signature_delta', signature: 'c2ln' }),
      stop(0),
      begin(1, { type: 'redacted_thinking', data: 'ZW5j' }),
      stop(1),
      begin(2, { type: 'text', text: '', citations: null }),
      delta(2, { type: 'text_delta', text: 'Ye' }),
      delta(2, { type: 'text_delta', text: 's.' }),
      stop(2),
      begin(3, {
        type: 'tool_use',
        id: 'call_1',
        name: 'a',
        input: {},
        caller: { type: 'direct' },
      }),
      delta(3, { type: 'input_json_delta', partial_json: '{"x"' }),
      delta(3, { type: 'input_json_delta', partial_json: ':1}' }),
      stop(3),
      {
        type: 'message_delta',
        delta: {
          stop_reason: 'tool_use',
          stop_sequence: null,
          stop_details: null,
          container: null,
        },
        usage: { ...COUNTS, cache_creation: WRITES },
      },
      { type: 'message_stop' },
    ])
  })

  it('waits with its end for the usage, however early the reason comes', () => {
    const writer = new MessageWriter(CONTEXT)
    writer.write({ kind: 'text', text: 'Hi' })
    expect(writer.write({ kind: 'stop', reason: 'stop' })).toMatch(
      /^event: content_block_stop\n[^\n]+\n\n$/,
    )
    expect(writer.write({ kind: 'usage', usage: { input_tokens: 1, output_tokens: 2 } })).toMatch(
      /^event: message_delta\n/,
    )
    expect(writer.write({ kind: 'text', text: 'late' })).toBe('')
    expect(writer.end()).toBe('event: message_stop\ndata: {"type":"message_stop"}\n\n')
  })

  it('ends properly without usage, reason or anything at all', () => {
    expect(
      stream({ kind: 'text', text: 'Hi' }, { kind: 'stop', reason: 'length' }).slice(-2),
    ).toEqual([
      {
        type: 'message_delta',
        delta: {
          stop_reason: 'max_tokens',
          stop_sequence: null,
          stop_details: null,
          container: null,
        },
        usage: {
          input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation_input_tokens: 0,
          output_tokens: 0,
          output_tokens_details: null,
          server_tool_use: null,
        },
      },
      { type: 'message_stop' },
    ])
    expect(stream().map(({ type }) => type)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ])
    expect(stream()[1]).toMatchObject({ delta: { stop_reason: 'end_turn' } })
  })

  it('keeps calls apart whose arguments come in turns', () => {
    const call = (index: number): AnswerEvent => ({
      kind: 'tool_start',
      index,
      id: `c${index}`,
      name: 'a',
    })
    const piece = (index: number, json: string): AnswerEvent => ({
      kind: 'tool_arguments',
      index,
      json,
    })
    const events = [
      call(0),
      piece(0, '{"x":'),
      call(1),
      piece(1, '{"y":'),
      piece(0, '1}'),
      piece(1, '2}'),
    ]
    expect(whole(...events).content).toMatchObject([{ input: { x: 1 } }, { input: { y: 2 } }])
    const stops = stream(...events).filter(({ type }) => type === 'content_block_stop')
    expect(stops.map(({ index }) => index)).toEqual([0, 1])
  })

  it('opens no block for nothing, and none for pieces of a call that never began', () => {
    const events = stream(
      { kind: 'text', text: '' },
      { kind: 'thinking', text: '' },
      { kind: 'tool_arguments', index: 7, json: '{}' },
    )
    expect(events.map(({ type }) => type)).not.toContain('content_block_start')
  })

  it('begins a new thought after each signature', () => {
    const thought: readonly AnswerEvent[] = [
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking_signature', signature: 'c2ln' },
    ]
    const block = { type: 'thinking', thinking: 'Hm', signature: 'c2ln' }
    expect(whole(...thought, ...thought).content).toEqual([block, block])
    expect(whole({ kind: 'thinking_signature', signature: 's' }).content).toEqual([
      { type: 'thinking', thinking: '', signature: 's' },
    ])
  })
})
