import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyJson } from '../../../../test/support/any-json.ts'
import type { AnswerEvent } from '../answer-event.ts'
import { readAnswer, readStream } from './read-answer.ts'

function stream(...chunks: readonly object[]): readonly AnswerEvent[] {
  const decoder = readStream()
  const events = chunks.flatMap((chunk) => decoder.read(JSON.stringify(chunk)))
  return [...events, ...decoder.read('[DONE]'), ...decoder.end()]
}

/** What the model said, from the deltas alone. */
function said(...deltas: readonly object[]): readonly AnswerEvent[] {
  const chunks = deltas.map((delta) => ({ id: 'chatcmpl-9', choices: [{ index: 0, delta }] }))
  return stream(...chunks).filter(({ kind }) => kind !== 'start' && kind !== 'stop')
}

const start = (index: number, id: string, name: string): AnswerEvent => ({
  kind: 'tool_start',
  index,
  id,
  name,
})
const more = (index: number, json: string): AnswerEvent => ({
  kind: 'tool_arguments',
  index,
  json,
})

describe('a streamed answer', () => {
  it('is read with its usage at the end, as OpenAI sends it', () => {
    const head = { id: 'chatcmpl-1', model: 'gpt-4o-2024-08-06', usage: null }
    const choice = (delta: object, finish_reason: string | null): object => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    })
    const events = stream(
      choice({ role: 'assistant', content: '', refusal: null }, null),
      choice({ content: 'Hel' }, null),
      choice({ content: 'lo' }, null),
      choice({}, 'stop'),
      {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 20,
          completion_tokens: 5,
          total_tokens: 25,
          prompt_tokens_details: { cached_tokens: 16 },
        },
      },
    )
    expect(events).toEqual([
      { kind: 'start', id: 'chatcmpl-1', model: 'gpt-4o-2024-08-06' },
      { kind: 'text', text: 'Hel' },
      { kind: 'text', text: 'lo' },
      { kind: 'stop', reason: 'stop' },
      { kind: 'usage', usage: { input_tokens: 4, output_tokens: 5, cache_read_tokens: 16 } },
    ])
  })

  it('is named by the first chunk that says anything, behind Azure’s empty one', () => {
    const [first] = stream(
      { id: '', model: '', choices: [], prompt_filter_results: [] },
      { id: 'chatcmpl-1', model: 'gpt', choices: [{ delta: { content: 'Hi' } }] },
    )
    expect(first).toEqual({ kind: 'start', id: 'chatcmpl-1', model: 'gpt' })
  })

  it('takes the last usage where many chunks have one', () => {
    const chunk = (completion_tokens: number): object => ({
      choices: [{ delta: { content: 'x' } }],
      usage: { prompt_tokens: 1, completion_tokens },
    })
    const bare = { choices: [{ delta: { content: 'x' } }] }
    expect(stream(chunk(1), chunk(2), bare).filter(({ kind }) => kind === 'usage')).toEqual([
      { kind: 'usage', usage: { input_tokens: 1, output_tokens: 2 } },
    ])
  })

  it('has an end also where the provider names none', () => {
    const chunk = { choices: [{ delta: { content: 'x' } }] }
    expect(stream(chunk).at(-1)).toEqual({ kind: 'stop', reason: 'stop' })
  })

  it('tells thoughts, texts and refusals apart', () => {
    const events = said(
      { reasoning_content: 'a' },
      { reasoning: 'b' },
      { content: 'c', reasoning_content: null },
      { refusal: 'd' },
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'e' }] },
          { type: 'text', text: 'f' },
        ],
      },
    )
    expect(events).toEqual([
      { kind: 'thinking', text: 'a' },
      { kind: 'thinking', text: 'b' },
      { kind: 'text', text: 'c' },
      { kind: 'refusal', text: 'd' },
      { kind: 'thinking', text: 'e' },
      { kind: 'text', text: 'f' },
    ])
  })

  it('reads only the first choice', () => {
    const other = { choices: [{ index: 1, delta: { content: 'x' } }] }
    expect(stream(other)).toEqual([])
  })
})

describe('a whole answer', () => {
  it('is read like the stream of it', () => {
    const events = readAnswer({
      id: 'chatcmpl-1',
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'So',
            refusal: null,
            reasoning_content: 'Hm',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    })
    expect(events).toEqual([
      { kind: 'start', id: 'chatcmpl-1', model: 'm' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'text', text: 'So' },
      start(0, 'a', 'f'),
      more(0, '{}'),
      { kind: 'stop', reason: 'tool_calls' },
      { kind: 'usage', usage: { input_tokens: 3, output_tokens: 2 } },
    ])
  })

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content_filter'],
    ['eos', 'stop'],
    ['__proto__', 'stop'],
  ])('that ends with %s ends with %s', (finish_reason, reason) => {
    const choices = [{ message: { content: 'x' }, finish_reason }]
    expect(readAnswer({ choices }).at(-1)).toEqual({ kind: 'stop', reason })
  })

  it('calls tools also where the provider says that it has simply stopped', () => {
    const tool_calls = [{ id: 'a', function: { name: 'f', arguments: '{}' } }]
    const choices = [{ message: { tool_calls }, finish_reason: 'stop' }]
    expect(readAnswer({ choices }).at(-1)).toEqual({ kind: 'stop', reason: 'tool_calls' })
  })
})

describe('what is no answer', () => {
  const nonsense = anyJson([
    'choices',
    'delta',
    'message',
    'content',
    'tool_calls',
    'function',
    'function_call',
    'name',
    'id',
    'index',
    'arguments',
    'usage',
    'extra_content',
    'google',
    'finish_reason',
  ])

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.array(nonsense, { maxLength: 4 }), (chunks) => {
        const decoder = readStream()
        for (const chunk of chunks) {
          decoder.read(JSON.stringify(chunk))
          decoder.read(JSON.stringify({ choices: [{ delta: chunk, finish_reason: chunk }] }))
        }
        decoder.end()
        readAnswer({ choices: chunks, usage: chunks[0] })
      }),
      { numRuns: 500 },
    )
  })

  it.each(['', 'null', '[]', '"x"', '{', '{"error":{"message":"overloaded"}}'])(
    'says nothing: %s',
    (data) => {
      const decoder = readStream()
      expect([...decoder.read(data), ...decoder.end()]).toEqual([])
    },
  )
})
