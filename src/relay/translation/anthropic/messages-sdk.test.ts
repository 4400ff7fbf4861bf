import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAnthropic } from '@ai-sdk/anthropic'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, jsonSchema, streamText, type ToolSet, tool } from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import type { Conversation } from '../conversation.ts'
import { messagesCallerCodec } from './messages-codec.ts'

const ANSWER: readonly AnswerEvent[] = [
  { kind: 'start', id: 'chatcmpl-1', model: 'gpt-4o' },
  { kind: 'thinking', text: 'The user wants ' },
  { kind: 'thinking', text: 'the weather.' },
  { kind: 'thinking_signature', signature: 'c2lnbmF0dXJl' },
  { kind: 'redacted_thinking', data: 'ZW5j' },
  { kind: 'text', text: 'Let me ' },
  { kind: 'text', text: 'look.' },
  { kind: 'tool_start', index: 0, id: 'call_1', name: 'weather' },
  { kind: 'tool_arguments', index: 0, json: '{"city":' },
  { kind: 'tool_arguments', index: 0, json: '"Paris"}' },
  { kind: 'tool_start', index: 1, id: 'call_2', name: 'clock' },
  { kind: 'stop', reason: 'tool_calls' },
  { kind: 'usage', usage: { input_tokens: 10, cache_read_tokens: 4, output_tokens: 7 } },
]

let server: Server
let url = ''
/** What the last request said. */
let asked: Conversation | undefined

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text) as Record<string, unknown>
    const read = messagesCallerCodec.readRequest(body, { stream: false })
    asked = read.ok ? read.value : undefined
    const context = {
      requestId: 'req_1',
      model: String(body.model),
      createdSeconds: 1,
      wantsUsage: false,
      request: body,
    }
    if (asked?.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(messagesCallerCodec.writeAnswer(ANSWER, context)))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const writer = messagesCallerCodec.writeStream(context)
    for (const event of ANSWER) response.write(writer.write(event))
    response.end(writer.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const REQUEST = {
  model: 'small',
  max_tokens: 100,
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'How is the weather?' }],
  tools: [{ name: 'weather', input_schema: { type: 'object', properties: { city: {} } } }],
} satisfies Anthropic.MessageCreateParams

const CONTENT = [
  { type: 'thinking', thinking: 'The user wants the weather.', signature: 'c2lnbmF0dXJl' },
  { type: 'redacted_thinking', data: 'ZW5j' },
  { type: 'text', text: 'Let me look.' },
  { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Paris' } },
  { type: 'tool_use', id: 'call_2', name: 'clock', input: {} },
]

const USAGE = { input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 7 }

describe('the official SDK', () => {
  const client = () => new Anthropic({ baseURL: url, apiKey: 'k', maxRetries: 0 })

  it('reads a whole message', async () => {
    expect(await client().messages.create(REQUEST)).toMatchObject({
      id: 'msg_1',
      model: 'small',
      role: 'assistant',
      content: CONTENT,
      stop_reason: 'tool_use',
      usage: USAGE,
    })
    expect(asked).toMatchObject({
      system: [{ kind: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'How is the weather?' }] }],
      tools: [{ name: 'weather' }],
      maxTokens: 100,
    })
  })

  it('adds a stream up to the same message, and tells it as it comes', async () => {
    const stream = client().messages.stream(REQUEST)
    const told = { text: '', thinking: '', json: '', blocks: 0 }
    stream.on('text', (delta) => {
      told.text += delta
    })
    stream.on('thinking', (delta) => {
      told.thinking += delta
    })
    stream.on('inputJson', (delta) => {
      told.json += delta
    })
    stream.on('contentBlock', () => {
      told.blocks++
    })
    const message = await stream.finalMessage()
    expect(message).toMatchObject({ content: CONTENT, stop_reason: 'tool_use', usage: USAGE })
    expect(told).toEqual({
      text: 'Let me look.',
      thinking: 'The user wants the weather.',
      json: '{"city":"Paris"}',
      blocks: 5,
    })
    const { usage: _, ...whole } = await client().messages.create(REQUEST)
    expect(JSON.parse(JSON.stringify(message))).toMatchObject(whole)
  })

  it('may give the answer back with the results of the tools', async () => {
    const { content } = await client().messages.create(REQUEST)
    const result = { type: 'tool_result', tool_use_id: 'call_1', content: '18 °C' } as const
    const messages: Anthropic.MessageParam[] = [
      ...REQUEST.messages,
      { role: 'assistant', content },
      { role: 'user', content: [result] },
    ]
    await client().messages.create({ ...REQUEST, messages })
    expect(asked?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'The user wants the weather.', signature: 'c2lnbmF0dXJl' },
          { kind: 'thinking', text: '', redacted: 'ZW5j' },
          { kind: 'text', text: 'Let me look.' },
          { kind: 'tool_call', id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' },
          { kind: 'tool_call', id: 'call_2', name: 'clock', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool_result',
            id: 'call_1',
            name: 'weather',
            parts: [{ kind: 'text', text: '18 °C' }],
          },
        ],
      },
    ])
  })
})

describe('the AI SDK', () => {
  const request = () => ({
    model: createAnthropic({ baseURL: `${url}/v1`, apiKey: 'k' })('claude-sonnet-4-5'),
    prompt: 'How is the weather?',
    maxRetries: 0,
    tools: {
      weather: tool({ inputSchema: jsonSchema({ type: 'object' }) }),
      clock: tool({ inputSchema: jsonSchema({ type: 'object' }) }),
    } as ToolSet,
  })
  const CALLS = [
    { toolCallId: 'call_1', toolName: 'weather', input: { city: 'Paris' } },
    { toolCallId: 'call_2', toolName: 'clock', input: {} },
  ]

  it('reads a whole message', async () => {
    const { text, reasoningText, toolCalls, finishReason, usage } = await generateText(request())
    expect({ text, reasoningText, finishReason }).toEqual({
      text: 'Let me look.',
      reasoningText: 'The user wants the weather.',
      finishReason: 'tool-calls',
    })
    expect(toolCalls).toMatchObject(CALLS)
    expect(usage).toMatchObject({ inputTokens: 14, outputTokens: 7 })
  })

  it('reads a streamed message', async () => {
    const result = streamText(request())
    expect(await result.text).toBe('Let me look.')
    expect(await result.toolCalls).toMatchObject(CALLS)
    expect(await result.finishReason).toBe('tool-calls')
    expect(await result.usage).toMatchObject({ inputTokens: 14, outputTokens: 7 })
  })
})
