import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Content,
  FunctionCallingConfigMode,
  GoogleGenAI,
  HarmCategory,
  ThinkingLevel,
  Type,
} from '@google/genai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext } from '../codec.ts'
import { generateCallerCodec } from './generate-codec.ts'

const CONTEXT: AnswerContext = {
  requestId: 'req_1',
  model: 'gemini-public',
  createdSeconds: 1_700_000_000,
  wantsUsage: false,
  request: {},
}

const ANSWER: readonly AnswerEvent[] = [
  { kind: 'start', id: 'msg_1' },
  { kind: 'thinking', text: 'Hm' },
  { kind: 'thinking_signature', signature: 'c2ln' },
  { kind: 'text', text: 'Let me ' },
  { kind: 'text', text: 'look – 你好' },
  { kind: 'tool_start', index: 0, id: 'a', name: 'weather' },
  { kind: 'tool_arguments', index: 0, json: '{"city":' },
  { kind: 'tool_arguments', index: 0, json: '"Oslo"}' },
  { kind: 'tool_start', index: 1, id: 'b', name: 'time' },
  { kind: 'stop', reason: 'tool_calls' },
  { kind: 'usage', usage: { input_tokens: 7, output_tokens: 5, reasoning_tokens: 2 } },
]

let server: Server
let client: GoogleGenAI
let lastBody: Record<string, unknown>
let lastUrl: string

/** Answers as the caller's side of the codec does, whatever is asked. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    lastUrl = request.url ?? ''
    lastBody = await bodyOf(request)
    if (!lastUrl.includes(':stream')) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(generateCallerCodec.writeAnswer(ANSWER, CONTEXT)))
      return
    }
    response.setHeader('content-type', 'text/event-stream')
    const writer = generateCallerCodec.writeStream(CONTEXT)
    for (const event of ANSWER) response.write(writer.write(event))
    response.end(writer.end())
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl } })
})

afterAll(() => {
  server.close()
})

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const part of request.setEncoding('utf8')) text += part as string
  return JSON.parse(text) as Record<string, unknown>
}

describe('the official SDK', () => {
  it('reads a whole answer', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const answer = await client.models.generateContent({ model: 'm', contents: 'Hi' })
    expect(answer.text).toBe('Let me look – 你好')
    expect(answer.functionCalls).toEqual([
      { id: 'a', name: 'weather', args: { city: 'Oslo' } },
      { id: 'b', name: 'time', args: {} },
    ])
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP')
    expect(answer.usageMetadata).toMatchObject({ promptTokenCount: 7, thoughtsTokenCount: 2 })
    expect(answer).toMatchObject({ modelVersion: 'gemini-public', responseId: 'msg_1' })
    warn.mockRestore()
  })

  it('reads a stream', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const stream = await client.models.generateContentStream({ model: 'm', contents: 'Hi' })
    let text = ''
    const calls: unknown[] = []
    let total: number | undefined
    for await (const chunk of stream) {
      text += chunk.text ?? ''
      calls.push(...(chunk.functionCalls ?? []))
      total = chunk.usageMetadata?.totalTokenCount ?? total
    }
    expect(text).toBe('Let me look – 你好')
    expect(calls).toEqual([
      { id: 'a', name: 'weather', args: { city: 'Oslo' } },
      { id: 'b', name: 'time', args: {} },
    ])
    expect(total).toBe(12)
    warn.mockRestore()
  })

  it('gives a streamed turn of a chat back so that it is read as one message', async () => {
    const chat = client.chats.create({ model: 'm' })
    for await (const _ of await chat.sendMessageStream({ message: 'Hi' }));
    await chat.sendMessage({
      message: [
        { functionResponse: { id: 'b', name: 'time', response: { output: 'noon' } } },
        { functionResponse: { name: 'weather', response: { error: 'no such city' } } },
      ],
    })
    const read = generateCallerCodec.readRequest(lastBody, { stream: false })
    expect(read).toMatchObject({ ok: true, unsupported: [] })
    expect(read.ok ? read.value.messages : []).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm', signature: 'c2ln' },
          { kind: 'text', text: 'Let me look – 你好' },
          { kind: 'tool_call', id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' },
          { kind: 'tool_call', id: 'b', name: 'time', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool_result', id: 'b', name: 'time', parts: [{ kind: 'text', text: 'noon' }] },
          {
            kind: 'tool_result',
            id: 'a',
            name: 'weather',
            parts: [{ kind: 'text', text: 'no such city' }],
            isError: true,
          },
        ],
      },
    ])
  })

  it('sends a request with everything in it that is understood', async () => {
    const contents: Content[] = [
      {
        role: 'user',
        parts: [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: 'aGk=' } }],
      },
    ]
    await client.models.generateContent({
      model: 'm',
      contents,
      config: {
        systemInstruction: 'Be brief',
        temperature: 0.5,
        maxOutputTokens: 10,
        stopSequences: ['END'],
        responseMimeType: 'application/json',
        responseSchema: { type: Type.OBJECT, properties: { a: { type: Type.STRING } } },
        thinkingConfig: { thinkingLevel: ThinkingLevel.HIGH, includeThoughts: true },
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parameters: { type: Type.OBJECT, nullable: true, minProperties: '1' } },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
      },
    })
    expect(generateCallerCodec.readRequest(lastBody, { stream: false })).toEqual({
      ok: true,
      unsupported: [],
      value: {
        system: [{ kind: 'text', text: 'Be brief' }],
        messages: [
          {
            role: 'user',
            parts: [
              { kind: 'text', text: 'What is this?' },
              { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
            ],
          },
        ],
        tools: [{ name: 'f', parameters: { type: ['object', 'null'], minProperties: 1 } }],
        toolChoice: { kind: 'required' },
        temperature: 0.5,
        maxTokens: 10,
        stop: ['END'],
        format: {
          kind: 'schema',
          schema: { type: 'object', properties: { a: { type: 'string' } } },
        },
        reasoning: { effort: 'high', includeThoughts: true },
        stream: false,
      },
    })
  })

  it('sends what has no equivalent under the names that are reported', async () => {
    await client.models.generateContent({
      model: 'm',
      contents: 'Hi',
      config: {
        safetySettings: [{ category: HarmCategory.HARM_CATEGORY_HARASSMENT }],
        tools: [{ googleSearch: {} }],
        cachedContent: 'cachedContents/1',
      },
    })
    const read = generateCallerCodec.readRequest(lastBody, { stream: false })
    expect(read.ok ? read.unsupported.toSorted() : []).toEqual([
      'cachedContent',
      'safetySettings',
      'tools[0].googleSearch',
    ])
  })
})
