import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import {
  type OpenAiLoopback,
  startOpenAiLoopback,
} from '../../../../test/support/openai-loopback.ts'
import type { AnswerEvent } from '../answer-event.ts'
import { responsesCallerCodec } from './responses-codec.ts'

const ANSWER: readonly AnswerEvent[] = [
  { kind: 'start', id: 'msg_1', model: 'claude' },
  { kind: 'thinking', text: 'Hm, ' },
  { kind: 'thinking', text: 'well' },
  { kind: 'thinking_signature', signature: 'proof' },
  { kind: 'text', text: 'Let me ' },
  { kind: 'text', text: 'look.' },
  { kind: 'tool_start', index: 0, id: 'call_1', name: 'weather' },
  { kind: 'tool_arguments', index: 0, json: '{"city":' },
  { kind: 'tool_start', index: 1, id: 'call_2', name: 'weather' },
  { kind: 'tool_arguments', index: 0, json: '"Rome"}' },
  { kind: 'tool_arguments', index: 1, json: '{"city":"Oslo"}' },
  { kind: 'stop', reason: 'tool_calls' },
  { kind: 'usage', usage: { input_tokens: 10, cache_read_tokens: 2, output_tokens: 4 } },
]
const TOOL: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}
const OUTPUT = [
  { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm, well' }] },
  { type: 'message', content: [{ type: 'output_text', text: 'Let me look.', annotations: [] }] },
  { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
  { type: 'function_call', call_id: 'call_2', name: 'weather', arguments: '{"city":"Oslo"}' },
]

function start(events: readonly AnswerEvent[] = ANSWER): Promise<OpenAiLoopback> {
  return startOpenAiLoopback(responsesCallerCodec, events)
}

describe('the official SDK', () => {
  it('reads a whole response, whose output can be sent back as it is', async () => {
    const server = await start()
    const response = await server.client.responses.create({
      model: 'm',
      input: 'Weather?',
      tools: [TOOL],
      include: ['reasoning.encrypted_content'],
    })
    expect(response).toMatchObject({ status: 'completed', output_text: 'Let me look.' })
    expect(response.output).toMatchObject(OUTPUT)
    expect(response.usage).toMatchObject({ input_tokens: 12, output_tokens: 4, total_tokens: 16 })
    await server.client.responses.create({
      model: 'm',
      input: [
        { role: 'user', content: 'Weather?' },
        ...(response.output as OpenAI.Responses.ResponseInputItem[]),
        { type: 'function_call_output', call_id: 'call_1', output: 'sun' },
        { type: 'function_call_output', call_id: 'call_2', output: 'snow' },
      ],
    })
    const again = server.requests[1]
    expect(again).toMatchObject({ ok: true, unsupported: [] })
    const parts = again?.ok === true ? again.value.messages[1]?.parts : undefined
    expect(parts?.[0]).toEqual({ kind: 'thinking', text: 'Hm, well', signature: 'proof' })
    expect(parts?.map(({ kind }) => kind)).toEqual(['thinking', 'text', 'tool_call', 'tool_call'])
  })

  it('adds a stream up to the same response, with parsed tool calls', async () => {
    const server = await start()
    const runner = server.client.responses.stream({ model: 'm', input: 'Weather?', tools: [TOOL] })
    const texts: string[] = []
    const json: string[] = []
    runner.on('response.output_text.delta', ({ snapshot }) => texts.push(snapshot))
    runner.on('response.function_call_arguments.delta', ({ snapshot }) => json.push(snapshot))
    const response = await runner.finalResponse()
    expect(texts).toEqual(['Let me ', 'Let me look.'])
    expect(json).toEqual(['{"city":', '{"city":"Rome"}', '{"city":"Oslo"}'])
    expect(response).toMatchObject({ status: 'completed', output_text: 'Let me look.' })
    expect(response.output).toMatchObject(OUTPUT)
    expect(response.output[2]).toMatchObject({ parsed_arguments: { city: 'Rome' } })
    expect(response.usage).toMatchObject({ total_tokens: 16 })
  })

  it('reads a refusal and an answer that was cut off', async () => {
    const server = await start([
      { kind: 'refusal', text: 'I must ' },
      { kind: 'refusal', text: 'not' },
      { kind: 'stop', reason: 'length' },
    ])
    const response = await server.client.responses
      .stream({ model: 'm', input: 'Hi' })
      .finalResponse()
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete', content: [{ type: 'refusal', refusal: 'I must not' }] }],
    })
  })
})
