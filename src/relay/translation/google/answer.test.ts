import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import { generateCallerCodec, generateProviderCodec } from './generate-codec.ts'

const CONTEXT: AnswerContext = {
  requestId: 'req_1',
  model: 'gemini-public',
  createdSeconds: 1_700_000_000,
  wantsUsage: false,
  request: {},
}

function chunk(parts: readonly object[], rest: object = {}, ending: object = {}): object {
  return {
    candidates: [{ content: { role: 'model', parts }, ...ending, index: 0 }],
    responseId: 'r1',
    modelVersion: 'gemini-2.5-flash',
    ...rest,
  }
}

function readStream(chunks: readonly object[]): readonly AnswerEvent[] {
  const decoder = generateProviderCodec.readStream()
  return [...chunks.flatMap((each) => decoder.read(JSON.stringify(each))), ...decoder.end()]
}

function streamed(writer: StreamWriter, events: readonly AnswerEvent[]): string {
  return events.map((event) => writer.write(event)).join('') + writer.end()
}

/** The chunks of a stream, as a caller takes them apart. */
function chunksOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as Record<string, unknown>)
}

describe('answers of Gemini', () => {
  it('reads thoughts, text and calls in the order the model made them', () => {
    const answer = chunk(
      [
        { text: 'Hm', thought: true },
        { text: 'Hello', thoughtSignature: 'c2ln' },
        { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'Y2FsbA==' },
      ],
      { usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 2 } },
      { finishReason: 'STOP' },
    )
    expect(generateProviderCodec.readAnswer(answer as Record<string, unknown>)).toEqual([
      { kind: 'start', id: 'r1', model: 'gemini-2.5-flash' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking_signature', signature: 'c2ln' },
      { kind: 'text', text: 'Hello' },
      { kind: 'tool_start', index: 0, id: 'a', name: 'f', signature: 'Y2FsbA==' },
      { kind: 'tool_arguments', index: 0, json: '{"x":1}' },
      { kind: 'stop', reason: 'tool_calls' },
      { kind: 'usage', usage: { input_tokens: 10, output_tokens: 7, reasoning_tokens: 2 } },
    ])
  })

  it('reads a stream that repeats its reason and its usage in every chunk', () => {
    const usage = (tokens: number) => ({
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: tokens },
    })
    const events = readStream([
      chunk([{ text: 'Hel' }], usage(1), { finishReason: 'STOP' }),
      chunk([{ text: 'lo' }], usage(2), { finishReason: 'STOP' }),
      chunk([{ text: '' }], usage(3), { finishReason: 'STOP' }),
      chunk([]),
    ])
    expect(events.map((event) => event.kind)).toEqual(['start', 'text', 'text', 'stop', 'usage'])
    expect(events.at(-1)).toMatchObject({ usage: { output_tokens: 3 } })
  })

  it('gives calls without an id one of their own, the same whenever it is read', () => {
    const call = { functionCall: { name: 'f', args: {} } }
    const ids = (responseId: string) =>
      readStream([chunk([call, call], { responseId })]).flatMap((event) =>
        event.kind === 'tool_start' ? [event.id] : [],
      )
    const all = [...ids('r1'), ...ids('r2')]
    expect(new Set(all).size).toBe(4)
    expect(all.every((id) => /^call_[0-9a-f]{24}$/.test(id))).toBe(true)
    expect(ids('r1')).toEqual(ids('r1'))
  })

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['BLOCKLIST', 'content_filter'],
    ['SPII', 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 'stop'],
    ['SOMETHING_NEW', 'stop'],
  ])('reads the finish reason %s as %s', (finishReason, reason) => {
    expect(readStream([chunk([], {}, { finishReason })])).toContainEqual({ kind: 'stop', reason })
  })

  it('says length of a call that was cut off, not that a tool is called', () => {
    const call = { functionCall: { name: 'f', args: {} } }
    const events = readStream([chunk([call], {}, { finishReason: 'MAX_TOKENS' })])
    expect(events).toContainEqual({ kind: 'stop', reason: 'length' })
  })

  it('reads a prompt that was blocked as filtered', () => {
    const events = generateProviderCodec.readAnswer({
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4 },
    })
    expect(events).toEqual([
      { kind: 'start' },
      { kind: 'stop', reason: 'content_filter' },
      { kind: 'usage', usage: { input_tokens: 4, output_tokens: 0 } },
    ])
  })

  it('says nothing of an end that never came', () => {
    expect(readStream([chunk([{ text: 'Hel' }])]).at(-1)).toEqual({ kind: 'text', text: 'Hel' })
  })

  it.each([
    [{}],
    [{ error: { code: 400 } }],
    [{ candidates: null }],
    [{ candidates: 'none', usageMetadata: [] }],
  ])('gives no events for %j', (answer) => {
    expect(generateProviderCodec.readAnswer(answer)).toEqual([])
  })

  it('never throws on hostile chunks', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const decoder = generateProviderCodec.readStream()
    const calls = [deep, 'null', '[]', '7', '{"__proto__":{"polluted":1}}'].flatMap((args) => {
      const call = `{"functionCall":{"name":"f","args":${args}}}`
      return decoder.read(`{"candidates":[{"content":{"parts":[${call},null,7]}}]}`)
    })
    expect(calls.filter((event) => event.kind === 'tool_start')).toHaveLength(4)
    for (const data of ['', '[DONE]', 'null', '[1]', '{"candidates":[null]}', '{"a":']) {
      expect(decoder.read(data)).toEqual([])
    }
    expect('polluted' in {}).toBe(false)
  })
})

const USAGE: AnswerEvent = {
  kind: 'usage',
  usage: {
    input_tokens: 10,
    cache_read_tokens: 5,
    cache_write_5m_tokens: 3,
    cache_write_1h_tokens: 2,
    audio_input_tokens: 1,
    output_tokens: 9,
    reasoning_tokens: 4,
  },
}

describe('answers for Gemini callers', () => {
  it('writes a whole answer', () => {
    const answer = generateCallerCodec.writeAnswer(
      [
        { kind: 'start', id: 'msg_1', model: 'claude' },
        { kind: 'thinking', text: 'H' },
        { kind: 'thinking', text: 'm' },
        { kind: 'thinking_signature', signature: 'c2ln' },
        { kind: 'redacted_thinking', data: 'secret' },
        { kind: 'text', text: 'Hel' },
        { kind: 'text', text: 'lo' },
        { kind: 'tool_start', index: 0, id: 'a', name: 'f' },
        { kind: 'tool_arguments', index: 0, json: '{"x"' },
        { kind: 'tool_arguments', index: 0, json: ':1}' },
        { kind: 'tool_start', index: 1, id: 'b', name: 'g', signature: 'Zw==' },
        { kind: 'stop', reason: 'tool_calls' },
        USAGE,
      ],
      CONTEXT,
    )
    expect(answer).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'Hm', thought: true, thoughtSignature: 'c2ln' },
              { text: 'Hello' },
              { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
              { functionCall: { id: 'b', name: 'g', args: {} }, thoughtSignature: 'Zw==' },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 21,
        cachedContentTokenCount: 5,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 4,
        totalTokenCount: 30,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 20 },
          { modality: 'AUDIO', tokenCount: 1 },
        ],
      },
      modelVersion: 'gemini-public',
      responseId: 'msg_1',
    })
  })

  it.each([
    ['stop', 'STOP'],
    ['stop_sequence', 'STOP'],
    ['tool_calls', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['content_filter', 'SAFETY'],
  ] as const)('writes the stop reason %s as %s', (reason, finishReason) => {
    expect(generateCallerCodec.writeAnswer([{ kind: 'stop', reason }], CONTEXT)).toMatchObject({
      candidates: [{ content: { parts: [] }, finishReason }],
      responseId: 'req_1',
    })
  })

  it('sends text at once, calls when they are complete, and the end with the usage', () => {
    const writer = generateCallerCodec.writeStream(CONTEXT)
    expect(writer.write({ kind: 'start', id: 'x' })).toBe('')
    expect(writer.write({ kind: 'text', text: 'Hi' })).toBe(
      'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"index":0}],"modelVersion":"gemini-public","responseId":"x"}\n\n',
    )
    expect(writer.write({ kind: 'tool_start', index: 0, id: 'a', name: 'f' })).toBe('')
    expect(writer.write({ kind: 'tool_arguments', index: 0, json: '{"x":' })).toBe('')
    expect(writer.write({ kind: 'tool_start', index: 1, id: 'b', name: 'g' })).toBe('')
    // pieces of calls may come in turns
    expect(writer.write({ kind: 'tool_arguments', index: 0, json: '1}' })).toBe('')
    expect(writer.write({ kind: 'stop', reason: 'tool_calls' })).toBe('')
    expect(writer.write(USAGE)).toBe('')
    expect(chunksOf(writer.end())).toMatchObject([
      {
        candidates: [
          {
            content: {
              parts: [
                { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
                { functionCall: { id: 'b', name: 'g', args: {} } },
              ],
            },
            finishReason: 'STOP',
          },
        ],
        usageMetadata: { totalTokenCount: 30 },
      },
    ])
  })

  it('sends calls before the text that follows them', () => {
    const writer = generateCallerCodec.writeStream(CONTEXT)
    writer.write({ kind: 'tool_start', index: 0, id: 'a', name: 'f' })
    expect(chunksOf(writer.write({ kind: 'text', text: 'Now' }))).toMatchObject([
      { candidates: [{ content: { parts: [{ functionCall: { id: 'a' } }, { text: 'Now' }] } }] },
    ])
  })

  it('says that a call is malformed instead of handing out other arguments', () => {
    const events: AnswerEvent[] = [
      { kind: 'tool_start', index: 0, id: 'a', name: 'f' },
      { kind: 'tool_arguments', index: 0, json: '{"x":' },
      { kind: 'stop', reason: 'tool_calls' },
    ]
    expect(generateCallerCodec.writeAnswer(events, CONTEXT)).toMatchObject({
      candidates: [{ content: { parts: [] }, finishReason: 'MALFORMED_FUNCTION_CALL' }],
    })
    expect(chunksOf(streamed(generateCallerCodec.writeStream(CONTEXT), events))).toMatchObject([
      { candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] },
    ])
  })

  it('sends no end that it has not heard of', () => {
    const writer = generateCallerCodec.writeStream(CONTEXT)
    writer.write({ kind: 'text', text: 'Hel' })
    expect(writer.end()).toBe('')
  })
})
