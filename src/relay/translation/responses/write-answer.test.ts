import fc from 'fast-check'
import { ResponseStream } from 'openai/lib/responses/ResponseStream'
import { describe, expect, it } from 'vitest'
import { answerContext, anyAnswer } from '../../../../test/support/answer-events.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext } from '../codec.ts'
import { ResponsesStreamWriter } from './stream-writer.ts'
import { writeAnswer } from './write-answer.ts'

type Json = Readonly<Record<string, unknown>>

function stream(events: readonly AnswerEvent[], context: AnswerContext): readonly Json[] {
  const writer = new ResponsesStreamWriter(context)
  const text = events.map((event) => writer.write(event)).join('') + writer.end()
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((event) => {
      const [name, data] = event.split('\n')
      const parsed = JSON.parse(data!.slice('data: '.length)) as Json
      expect(name).toBe(`event: ${String(parsed.type)}`)
      return parsed
    })
}

const SEALED = answerContext({ request: { include: ['reasoning.encrypted_content'] } })
const SAID: readonly AnswerEvent[] = [
  { kind: 'start' },
  { kind: 'text', text: 'Hi' },
  { kind: 'stop', reason: 'stop' },
]

describe('a whole response', () => {
  it('has all fields, and repeats what was asked', () => {
    const request = {
      model: 'm',
      instructions: 'Be brief',
      metadata: { a: 'b' },
      temperature: 0.5,
      max_output_tokens: 9,
      reasoning: { effort: 'low' },
      text: { verbosity: 'medium' },
      tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
      tool_choice: 'auto',
      user: 'u1',
    }
    const usage: AnswerEvent = {
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
    expect(writeAnswer([...SAID, usage], answerContext({ request }))).toEqual({
      id: 'resp_req1',
      object: 'response',
      created_at: 1_700_000_000,
      status: 'completed',
      access_programs: null,
      background: false,
      completed_at: null,
      error: null,
      incomplete_details: null,
      instructions: 'Be brief',
      max_output_tokens: 9,
      max_tool_calls: null,
      metadata: { a: 'b' },
      model: 'public-model',
      output: [
        {
          id: 'msg_req1_0',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      reasoning: { effort: 'low', summary: null },
      safety_identifier: null,
      service_tier: 'default',
      store: false,
      temperature: 0.5,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [{ type: 'function', name: 'f', parameters: null, strict: null }],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 132,
        input_tokens_details: { cached_tokens: 20, cache_write_tokens: 7 },
        output_tokens: 50,
        output_tokens_details: { reasoning_tokens: 30 },
        total_tokens: 182,
      },
      user: 'u1',
    })
  })

  it.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content_filter', 'incomplete', { reason: 'content_filter' }],
    ['stop_sequence', 'completed', null],
  ] as const)('that ended with %s is %s', (reason, status, incomplete_details) => {
    const answer = writeAnswer([...SAID.slice(0, 2), { kind: 'stop', reason }], answerContext())
    expect(answer).toMatchObject({ status, incomplete_details, output: [{ status }] })
  })

  it('that was cut off is incomplete in its last item only', () => {
    const call = (index: number): AnswerEvent => ({
      kind: 'tool_start',
      index,
      id: `c${index}`,
      name: 'f',
    })
    const events: readonly AnswerEvent[] = [call(0), call(1), { kind: 'stop', reason: 'length' }]
    expect(writeAnswer(events, answerContext())).toMatchObject({
      output: [{ status: 'completed' }, { status: 'incomplete' }],
    })
  })

  it('that broke off is still in progress', () => {
    expect(writeAnswer(SAID.slice(0, 2), answerContext())).toMatchObject({
      status: 'in_progress',
      output: [{ status: 'in_progress' }],
    })
  })

  it('holds proofs of thinking for callers who asked for them', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking_signature', signature: 'proof' },
      { kind: 'redacted_thinking', data: 'secret' },
      { kind: 'thinking_signature', signature: 'of nothing' },
      { kind: 'thinking', text: 'More' },
      ...SAID,
    ]
    const summary = [{ type: 'summary_text', text: 'Hm' }]
    const more = [{ type: 'summary_text', text: 'More' }]
    expect(writeAnswer(events, SEALED)).toMatchObject({
      output: [
        { type: 'reasoning', summary, encrypted_content: 'bellwether:signature:proof' },
        { type: 'reasoning', summary: [], encrypted_content: 'bellwether:redacted:secret' },
        { type: 'reasoning', summary: [], encrypted_content: 'bellwether:signature:of nothing' },
        { type: 'reasoning', summary: more },
        { type: 'message' },
      ],
    })
    const unasked = writeAnswer(events, answerContext())
    expect(unasked).toMatchObject({ output: [{ summary }, { summary: more }, { type: 'message' }] })
    expect(JSON.stringify(unasked)).not.toContain('encrypted_content')
  })

  it('never holds two calls with the same id', () => {
    const call = (index: number, id: string): AnswerEvent => ({
      kind: 'tool_start',
      index,
      id,
      name: 'f',
    })
    expect(writeAnswer([call(0, 'a'), call(1, 'a'), call(2, '')], answerContext())).toMatchObject({
      output: [{ call_id: 'a' }, { call_id: 'call_req1_1' }, { call_id: 'call_req1_2' }],
    })
  })
})

describe('a streamed response', () => {
  it('goes through all its events in order', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'start' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'text', text: 'So' },
      { kind: 'refusal', text: 'No' },
      { kind: 'tool_start', index: 0, id: 'c', name: 'f' },
      { kind: 'tool_arguments', index: 0, json: '{}' },
      { kind: 'stop', reason: 'tool_calls' },
    ]
    const written = stream(events, answerContext())
    expect(written.map(({ sequence_number }) => sequence_number)).toEqual([...written.keys()])
    expect(written.map(({ type }) => String(type).slice('response.'.length))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'content_part.added',
      'refusal.delta',
      'refusal.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
  })

  it('ends with the response that it would have been as a whole', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const last = stream(events, SEALED).at(-1)
        expect(last?.response).toEqual(JSON.parse(JSON.stringify(writeAnswer(events, SEALED))))
      }),
    )
  })

  it('has announced every item of that response piece by piece', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const written = stream(events, SEALED)
        const { output } = written.at(-1)!.response as { readonly output: readonly Json[] }
        const done = written.filter(({ type }) => type === 'response.output_item.done')
        const inOrder = done.toSorted((a, b) => Number(a.output_index) - Number(b.output_index))
        expect(inOrder.map(({ item }) => item)).toEqual(output)
        for (const [at, item] of output.entries()) {
          const deltas = written.filter(({ output_index }) => output_index === at)
          expect(deltas.map(({ delta }) => delta ?? '').join('')).toBe(wordsOf(item))
        }
      }),
    )
  })

  it('can be added up by the official SDK, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswer, async (events) => {
        const written = stream(events, SEALED)
        const lines = written.map((event) => `${JSON.stringify(event)}\n`).join('')
        const readable = new Blob([lines]).stream()
        const response = await ResponseStream.fromReadableStream(readable).finalResponse()
        expect(response.status).toBe(
          written.at(-1)?.type === 'response.completed' ? 'completed' : 'incomplete',
        )
      }),
    )
  })
})

/** All that an item says, in order. */
function wordsOf(item: Json): string {
  if (item.type === 'function_call') return String(item.arguments)
  const parts = (item.type === 'reasoning' ? item.summary : item.content) as readonly Json[]
  return parts.map(({ text, refusal }) => String(text ?? refusal)).join('')
}
