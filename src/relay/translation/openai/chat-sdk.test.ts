import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import {
  type OpenAiLoopback,
  startOpenAiLoopback,
} from '../../../../test/support/openai-loopback.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { ThinkingPart } from '../conversation.ts'
import { chatCallerCodec } from './chat-codec.ts'

const ANSWER: readonly AnswerEvent[] = [
  { kind: 'start', id: 'msg_1', model: 'claude' },
  { kind: 'thinking', text: 'Hm' },
  { kind: 'thinking_signature', signature: 'proof' },
  { kind: 'text', text: 'Let me ' },
  { kind: 'text', text: 'look.' },
  { kind: 'tool_start', index: 0, id: 'call_1', name: 'weather' },
  { kind: 'tool_arguments', index: 0, json: '{"city":' },
  { kind: 'tool_arguments', index: 0, json: '"Rome"}' },
  { kind: 'tool_start', index: 1, id: 'call_2', name: 'weather' },
  { kind: 'tool_arguments', index: 1, json: '{"city":"Oslo"}' },
  { kind: 'stop', reason: 'tool_calls' },
  { kind: 'usage', usage: { input_tokens: 10, cache_read_tokens: 2, output_tokens: 4 } },
]
const TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    strict: true,
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
}
const QUESTION: OpenAI.ChatCompletionCreateParamsNonStreaming = {
  model: 'm',
  messages: [{ role: 'user', content: 'Weather?' }],
  tools: [TOOL],
}
const CALLS = [
  { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
  { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
]

function start(events: readonly AnswerEvent[] = ANSWER): Promise<OpenAiLoopback> {
  return startOpenAiLoopback(chatCallerCodec, events)
}

describe('the official SDK', () => {
  it('reads a whole answer, whose message can be sent back as it is', async () => {
    const server = await start()
    const { choices, usage } = await server.client.chat.completions.create(QUESTION)
    const { message } = choices[0]!
    expect(message).toMatchObject({ content: 'Let me look.', tool_calls: CALLS })
    expect(usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 })
    await server.client.chat.completions.create({
      ...QUESTION,
      messages: [
        ...QUESTION.messages,
        message,
        { role: 'tool', tool_call_id: 'call_1', content: 'sun' },
        { role: 'tool', tool_call_id: 'call_2', content: 'snow' },
      ],
    })
    expect(server.requests[1]).toMatchObject({ ok: true, unsupported: [] })
    const again = server.requests[1]
    const parts = again?.ok === true ? again.value.messages[1]?.parts : undefined
    const thought: ThinkingPart = { kind: 'thinking', text: 'Hm', signature: 'proof' }
    expect(parts?.[0]).toEqual(thought)
    expect(parts?.map(({ kind }) => kind)).toEqual(['thinking', 'text', 'tool_call', 'tool_call'])
  })

  it('reads a stream chunk by chunk', async () => {
    const server = await start()
    const stream = await server.client.chat.completions.create({
      ...QUESTION,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let last: OpenAI.ChatCompletionChunk | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      last = chunk
    }
    expect(text).toBe('Let me look.')
    expect(last).toMatchObject({ choices: [], usage: { total_tokens: 16 } })
    expect(server.requests[0]).toMatchObject({ ok: true, unsupported: [], value: { stream: true } })
  })

  it('adds a stream up to a message with parsed tool calls, which can be sent back', async () => {
    const server = await start()
    const runner = server.client.chat.completions.stream({
      model: 'm',
      messages: QUESTION.messages,
      tools: [TOOL],
    })
    const { choices } = await runner.finalChatCompletion()
    const { message, finish_reason } = choices[0]!
    expect(finish_reason).toBe('tool_calls')
    expect(message).toMatchObject({ role: 'assistant', content: 'Let me look.' })
    expect(message.tool_calls).toMatchObject([
      { ...CALLS[0], function: { parsed_arguments: { city: 'Rome' } } },
      { ...CALLS[1], function: { parsed_arguments: { city: 'Oslo' } } },
    ])
    await server.client.chat.completions.create({
      ...QUESTION,
      messages: [...QUESTION.messages, message],
    })
    expect(server.requests[1]).toMatchObject({ ok: true, unsupported: [] })
    const again = server.requests[1]
    const parts = again?.ok === true ? again.value.messages[1]?.parts : undefined
    expect(parts?.[0]).toMatchObject({ signature: 'proof' })
  })

  it('reads a refusal', async () => {
    const server = await start([
      { kind: 'refusal', text: 'No.' },
      { kind: 'stop', reason: 'content_filter' },
    ])
    const answer = await server.client.chat.completions.create(QUESTION)
    expect(answer.choices[0]).toMatchObject({
      message: { refusal: 'No.', content: null },
      finish_reason: 'content_filter',
    })
    const streamed = await server.client.chat.completions
      .stream({ model: 'm', messages: QUESTION.messages })
      .finalMessage()
    expect(streamed.refusal).toBe('No.')
  })
})
