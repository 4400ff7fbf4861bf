import { describe, expect, it } from 'vitest'
import { goldenStream } from '../../../test/support/golden-answers.ts'
import { SseSplitter } from '../sse-splitter.ts'
import type { StreamReader } from './answer-format.ts'
import { responsesFormat } from './responses-format.ts'

function read(events: readonly object[], keptBytes = 10_000): StreamReader {
  const reader = responsesFormat.readStream(keptBytes)
  for (const event of events) reader.add(JSON.stringify(event))
  return reader
}

const HEAD = { id: 'r1', object: 'response', created_at: 7, status: 'in_progress', model: 'm' }
const CREATED = { type: 'response.created', response: { ...HEAD, instructions: 'be kind' } }

describe('the stream of a response', () => {
  it.each([
    ['preamble', { type: 'response.created' }],
    ['preamble', { type: 'response.queued' }],
    ['preamble', { type: 'response.in_progress' }],
    ['preamble', { type: 'keepalive' }],
    ['content', { type: 'response.output_item.added', item: { type: 'reasoning' } }],
    ['content', { type: 'response.output_text.delta', delta: 'a' }],
    ['content', { type: 'error', message: 'no' }],
    ['done', { type: 'response.completed', response: {} }],
    ['done', { type: 'response.incomplete', response: {} }],
    ['done', { type: 'response.failed', response: {} }],
  ])('tells %s from %j', (meaning, event) => {
    expect(responsesFormat.readStream(100).add(JSON.stringify(event))).toBe(meaning)
  })

  it('that is incomplete tells why', () => {
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    const response = { ...HEAD, ...incomplete, usage: { input_tokens: 1, output_tokens: 2 } }
    const reader = read([CREATED, { type: 'response.incomplete', response }])
    expect(reader).toMatchObject({
      complete: true,
      finishReason: 'max_output_tokens',
      usage: { input_tokens: 1, output_tokens: 2 },
      error: undefined,
    })
    expect(responsesFormat.readWhole(response).finishReason).toBe('max_output_tokens')
  })

  it('that fails gives its error', () => {
    const error = { code: 'server_error', message: 'The model failed' }
    const response = { ...HEAD, status: 'failed', error }
    expect(read([CREATED, { type: 'response.failed', response }])).toMatchObject({
      error,
      finishReason: 'failed',
    })
  })

  it('that fails without a word is still a failure', () => {
    const response = { ...HEAD, status: 'failed', error: null }
    expect(read([{ type: 'response.failed', response }]).error).toEqual({})
  })

  it.each([
    [
      { type: 'error', error: { code: 'x', message: 'no' } },
      { code: 'x', message: 'no' },
    ],
    [
      { type: 'error', code: 'x', message: 'no' },
      { type: 'error', code: 'x', message: 'no' },
    ],
    [{ error: { message: 'no' } }, { message: 'no' }],
  ])('knows the error in %j', (event, error) => {
    expect(read([CREATED, event])).toMatchObject({ error, complete: false })
  })

  it('that breaks off is what has come so far', () => {
    const bytes = goldenStream('openai-responses')
    const reader = responsesFormat.readStream(100_000)
    const splitter = new SseSplitter((data) => reader.add(data) !== 'done')
    splitter.push(bytes.subarray(0, bytes.indexOf('event: response.completed')))
    expect(reader.complete).toBe(false)
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({
      status: 'in_progress',
      model: 'gpt-5-2025-08-07',
      output: [
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: '**Looking up** the weather' }],
        },
        {
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Một giây, để tôi xem.' }],
        },
        {
          type: 'function_call',
          call_id: 'call_9',
          name: 'get_weather',
          arguments: '{"location":"Hà Nội"}',
        },
      ],
    })
  })

  it('keeps at most its limit, of the last event too', () => {
    const item = { type: 'message', id: 'm', content: [] }
    const deltas = Array.from({ length: 100 }, () => ({
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      delta: 'abcdefghij',
    }))
    const text = 'abcdefghij'.repeat(100)
    const output = [{ ...item, content: [{ type: 'output_text', text }] }]
    const usage = { input_tokens: 1, output_tokens: 2 }
    const response = { ...HEAD, status: 'completed', output, usage }
    const added = { type: 'response.output_item.added', output_index: 0, item }
    const events = [CREATED, added, ...deltas, { type: 'response.completed', response }]
    const reader = read(events, 500)
    expect(reader.truncated).toBe(true)
    expect(reader.characters.narrow).toBe(1000)
    expect((reader.toJson() ?? '').length).toBeLessThan(900)
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({ status: 'completed', usage })
  })

  it('keeps a refusal and what a tool of the provider did', () => {
    const search = {
      type: 'web_search_call',
      id: 'ws',
      status: 'completed',
      action: { query: 'q' },
    }
    const reader = read([
      CREATED,
      { type: 'response.output_item.added', output_index: 0, item: { type: 'web_search_call' } },
      { type: 'response.output_item.done', output_index: 0, item: search },
      { type: 'response.refusal.delta', output_index: 1, content_index: 0, delta: 'No' },
      { type: 'response.refusal.delta', output_index: 1, content_index: 0, delta: '.' },
    ])
    expect(JSON.parse(reader.toJson() ?? '')).toMatchObject({
      output: [search, { content: [{ type: 'refusal', refusal: 'No.' }] }],
    })
  })

  it('does not count speech as characters', () => {
    const delta = 'UklGRiQAAABXQVZF'
    expect(read([{ type: 'response.audio.delta', delta }]).characters.narrow).toBe(0)
  })
})
