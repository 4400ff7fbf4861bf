import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messagesCallerCodec, messagesProviderCodec } from './anthropic/messages-codec.ts'
import type { AnswerContext } from './codec.ts'
import { translateCountTokens } from './count-tokens.ts'
import { generateCallerCodec, generateProviderCodec } from './google/generate-codec.ts'
import { chatProviderCodec } from './openai/chat-codec.ts'
import type { WholeTranslation } from './whole-translation.ts'

function context(request: Record<string, unknown>): AnswerContext {
  return { requestId: 'req_1', model: 'public', createdSeconds: 1, wantsUsage: false, request }
}

function toGoogle(request: Record<string, unknown>) {
  const codecs = { caller: messagesCallerCodec, provider: generateProviderCodec }
  return translateCountTokens('messages_count_tokens', codecs, 'gemini-2.5-flash', context(request))
}

function toAnthropic(request: Record<string, unknown>) {
  const codecs = { caller: generateCallerCodec, provider: messagesProviderCodec }
  return translateCountTokens('google_count_tokens', codecs, 'claude-sonnet-4-5', context(request))
}

/** The translation; fails the test when something was left out. */
function all(result: ReturnType<typeof toGoogle>): WholeTranslation {
  expect(result).toMatchObject({ ok: true, unsupported: [] })
  if (!result.ok) throw new Error(result.message)
  return result.value
}

describe("Anthropic's count_tokens at Google", () => {
  it('counts system prompt, tools and messages', () => {
    const { operation, body, answer } = all(
      toGoogle({
        model: 'public',
        system: 'Be brief',
        messages: [{ role: 'user', content: 'Hi' }],
        tools: [{ name: 'f', input_schema: { type: 'object', properties: { a: {} } } }],
      }),
    )
    expect(operation).toBe('google_count_tokens')
    expect(body).toEqual({
      generateContentRequest: {
        model: 'models/gemini-2.5-flash',
        systemInstruction: { parts: [{ text: 'Be brief' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: {} } } },
            ],
          },
        ],
      },
    })
    expect(answer({ totalTokens: 12 })).toEqual({ input_tokens: 12 })
  })

  it('refuses what is no request', () => {
    expect(toGoogle({ model: 'public', messages: 'Hi' }).ok).toBe(false)
  })
})

describe("Google's countTokens at Anthropic", () => {
  it.each([
    [{ contents: [{ parts: [{ text: 'Hi' }] }] }],
    [
      {
        generateContentRequest: {
          model: 'models/public',
          contents: [{ parts: [{ text: 'Hi' }] }],
          generationConfig: { temperature: 0.5, maxOutputTokens: 5, stopSequences: ['END'] },
        },
      },
    ],
  ])('counts %j without what only shapes the answer', (request) => {
    const { operation, body, answer } = all(toAnthropic(request))
    expect(operation).toBe('messages_count_tokens')
    expect(new Set(Object.keys(body))).toEqual(new Set(['messages', 'model']))
    expect(body).toMatchObject({ model: 'claude-sonnet-4-5', messages: [{ role: 'user' }] })
    expect(answer({ input_tokens: 12 })).toEqual({ totalTokens: 12 })
  })

  it('names what has no equivalent', () => {
    const contents = [{ parts: [{ text: 'Hi' }] }]
    expect(toAnthropic({ contents, tools: [{ googleSearch: {} }] })).toMatchObject({
      unsupported: ['tools[0].googleSearch'],
    })
  })
})

describe('counting at other providers', () => {
  it('is refused: OpenAI has no such call', () => {
    const codecs = { caller: messagesCallerCodec, provider: chatProviderCodec }
    const request = { messages: [{ role: 'user', content: 'Hi' }] }
    expect(translateCountTokens('messages_count_tokens', codecs, 'gpt', context(request)).ok).toBe(
      false,
    )
  })

  it('answers 0 where the provider says no number', () => {
    const { answer } = all(toAnthropic({ contents: [{ parts: [{ text: 'Hi' }] }] }))
    expect(answer({ input_tokens: 'many' })).toEqual({ totalTokens: 0 })
  })
})

describe('the official SDKs', () => {
  let server: Server
  let baseUrl: string

  /** Plays the relay in front of a provider of the other protocol. */
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let text = ''
      for await (const part of request.setEncoding('utf8')) text += part as string
      const body = JSON.parse(text) as Record<string, unknown>
      const isGoogle = request.url?.includes(':countTokens') === true
      const { answer } = all(isGoogle ? toAnthropic(body) : toGoogle(body))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(isGoogle ? { input_tokens: 3 } : { totalTokens: 4 })))
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterAll(() => {
    server.close()
  })

  it('of Google reads a count of Anthropic', async () => {
    const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl } })
    const { totalTokens } = await client.models.countTokens({ model: 'm', contents: 'Hi' })
    expect(totalTokens).toBe(3)
  })

  it('of Anthropic reads a count of Google', async () => {
    const client = new Anthropic({ apiKey: 'key', baseURL: baseUrl })
    const messages = [{ role: 'user' as const, content: 'Hi' }]
    const { input_tokens } = await client.messages.countTokens({ model: 'm', messages })
    expect(input_tokens).toBe(4)
  })
})
