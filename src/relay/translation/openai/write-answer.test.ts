import { describe, expect, it } from 'vitest'
import { answerContext } from '../../../../test/support/answer-events.ts'
import type { AnswerEvent } from '../answer-event.ts'
import { ChatStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'

const USAGE: AnswerEvent = {
  kind: 'usage',
  usage: {
    input_tokens: 100,
    cache_read_tokens: 20,
    cache_write_5m_tokens: 3,
    cache_write_1h_tokens: 4,
    audio_input_tokens: 5,
    output_tokens: 50,
    reasoning_tokens: 30,
  },
}
const CHAT_USAGE = {
  prompt_tokens: 132,
  completion_tokens: 50,
  total_tokens: 182,
  prompt_tokens_details: { cached_tokens: 20, audio_tokens: 5, cache_write_tokens: 7 },
  completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 0 },
}
const START: AnswerEvent = { kind: 'start', id: 'msg_1', model: 'claude' }
const CALL: readonly AnswerEvent[] = [
  { kind: 'tool_start', index: 0, id: 'c1', name: 'f', signature: 's' },
  { kind: 'tool_arguments', index: 0, json: '{"a"' },
  { kind: 'tool_arguments', index: 0, json: ':1}' },
  { kind: 'stop', reason: 'tool_calls' },
]
const PROVEN: readonly AnswerEvent[] = [
  { kind: 'thinking', text: 'Hm' },
  { kind: 'thinking_signature', signature: 'proof' },
  { kind: 'redacted_thinking', data: 'secret' },
  { kind: 'thinking', text: '...' },
  { kind: 'thinking_signature', signature: 'more' },
]
const DETAILS = [
  { type: 'reasoning.text', text: 'Hm', signature: 'proof' },
  { type: 'reasoning.encrypted', data: 'secret' },
  { type: 'reasoning.text', text: '...', signature: 'more' },
]
const EXTRA = { extra_content: { google: { thought_signature: 's' } } }

describe('a whole answer', () => {
  it('has the form of a chat completion', () => {
    const events: readonly AnswerEvent[] = [
      START,
      { kind: 'text', text: 'Hel' },
      { kind: 'text', text: 'lo' },
      { kind: 'stop', reason: 'stop' },
      USAGE,
    ]
    expect(writeAnswer(events, answerContext())).toEqual({
      id: 'chatcmpl-req1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'public-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: CHAT_USAGE,
    })
  })

  it('holds tool calls, thoughts and their proofs', () => {
    expect(writeAnswer([START, ...PROVEN, ...CALL], answerContext())).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            reasoning_content: 'Hm...',
            reasoning_details: DETAILS,
            tool_calls: [
              {
                id: 'c1',
                type: 'function',
                function: { name: 'f', arguments: '{"a":1}' },
                ...EXTRA,
              },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
    })
  })

  it('holds a refusal in place of a content', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'refusal', text: 'No' },
      { kind: 'stop', reason: 'stop' },
    ]
    expect(writeAnswer(events, answerContext())).toMatchObject({
      choices: [{ message: { content: null, refusal: 'No' } }],
    })
  })

  it.each([
    ['stop', 'stop'],
    ['stop_sequence', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
  ] as const)('that ended with %s has the finish reason %s', (reason, finish_reason) => {
    const answer = writeAnswer([START, { kind: 'stop', reason }], answerContext())
    expect(answer).toMatchObject({ choices: [{ finish_reason }] })
  })

  it('has no finish reason when it broke off', () => {
    const answer = writeAnswer([START, { kind: 'text', text: 'Hel' }], answerContext())
    expect(answer).toMatchObject({ choices: [{ finish_reason: null }] })
  })
})

describe('a streamed answer', () => {
  function chunks(events: readonly AnswerEvent[], wantsUsage = false): readonly unknown[] {
    const writer = new ChatStreamWriter(answerContext({ wantsUsage }))
    const text = events.map((event) => writer.write(event)).join('')
    expect(writer.end()).toBe('data: [DONE]\n\n')
    return text
      .split('\n\n')
      .slice(0, -1)
      .map((event) => JSON.parse(event.slice('data: '.length)) as unknown)
  }

  function chunk(delta: object, finish_reason: string | null = null): object {
    return {
      id: 'chatcmpl-req1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'public-model',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    }
  }

  it('begins with a role and ends with a reason', () => {
    const events: readonly AnswerEvent[] = [
      START,
      { kind: 'thinking', text: 'Hm' },
      { kind: 'text', text: 'So' },
      { kind: 'text', text: '' },
      { kind: 'refusal', text: 'No' },
      { kind: 'stop', reason: 'stop_sequence', sequence: 'END' },
      USAGE,
    ]
    expect(chunks(events)).toEqual([
      chunk({ role: 'assistant', content: '', refusal: null }),
      chunk({ reasoning_content: 'Hm' }),
      chunk({ content: 'So' }),
      chunk({ refusal: 'No' }),
      chunk({}, 'stop'),
    ])
  })

  it('tells the usage at its end to callers who asked for it', () => {
    const [first, last, ...rest] = chunks([{ kind: 'stop', reason: 'stop' }, USAGE], true).slice(1)
    expect(first).toEqual({ ...chunk({}, 'stop'), usage: null })
    expect(last).toEqual({ ...chunk({}), choices: [], usage: CHAT_USAGE })
    expect(rest).toEqual([])
  })

  it('gives tool calls in pieces, and the proofs of thinking all at once', () => {
    expect(chunks([START, ...PROVEN, ...CALL]).slice(1)).toEqual([
      chunk({ reasoning_content: 'Hm' }),
      chunk({ reasoning_content: '...' }),
      chunk({
        tool_calls: [
          {
            index: 0,
            id: 'c1',
            type: 'function',
            function: { name: 'f', arguments: '' },
            ...EXTRA,
          },
        ],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      chunk({ reasoning_details: DETAILS }, 'tool_calls'),
    ])
  })
})
