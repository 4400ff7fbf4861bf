import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogle } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  embedMany,
  generateText,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  tool,
} from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import {
  ASK,
  EXAMPLE,
  PATIENT,
  PIXEL,
  QUESTION,
  QUICK,
  RATE_LIMITED,
  RESULT,
  recordOfTrace,
  SERVED,
  SLOW,
  TOOL,
  WEATHER,
} from '../support/sdk-calls.ts'

let server: Bellwether
beforeAll(async () => {
  server = await startBellwether({ config: PATIENT })
})
afterAll(stopAllBellwethers)

/** Ways of the AI SDK to call a model: each speaks another protocol to the relay. */
const WAYS = {
  'chat completions': (model: string) => openai().chat(model),
  responses: (model: string) => openai().responses(model),
  anthropic: (model: string) =>
    createAnthropic({ baseURL: `${server.relay}/v1`, apiKey: server.key, headers: QUICK })(model),
  google: (model: string) =>
    createGoogle({ baseURL: `${server.relay}/v1beta`, apiKey: server.key, headers: QUICK })(model),
} as const satisfies Record<string, (model: string) => LanguageModel>

const openai = () =>
  createOpenAI({ baseURL: `${server.relay}/v1`, apiKey: server.key, headers: QUICK })

const CALLS = Object.keys(WAYS).flatMap((way) =>
  SERVED.map(([model, provider]) => [way as keyof typeof WAYS, model, provider] as const),
)

const tools = {
  [TOOL]: tool({
    description: 'Weather.',
    inputSchema: jsonSchema<typeof EXAMPLE>(WEATHER),
    execute: async () => RESULT,
  }),
}

describe.each(CALLS)('the AI SDK by %s with %s, served by %s', (way, name, provider) => {
  const asked = () => ({ model: WAYS[way](name), maxRetries: 0 })

  it('generates', async () => {
    const { text, finishReason, usage } = await generateText({ ...asked(), prompt: QUESTION })
    expect(text).toContain(QUESTION)
    expect(finishReason).toBe('stop')
    expect(usage).toMatchObject({ inputTokens: 374, outputTokens: 44 })
  })

  it('streams', async () => {
    const result = streamText({ ...asked(), prompt: QUESTION })
    const parts: string[] = []
    for await (const part of result.textStream) parts.push(part)
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.join('')).toContain(QUESTION)
    expect(await result.usage).toMatchObject({ inputTokens: 374, outputTokens: 44 })
  })

  it('runs a tool and goes on with its result, streamed and not', async () => {
    const loop = { prompt: ASK, tools, stopWhen: isStepCount(3) }
    const { steps, text } = await generateText({ ...asked(), ...loop })
    expect(steps).toHaveLength(2)
    expect(steps[0]?.toolCalls).toMatchObject([{ toolName: TOOL, input: EXAMPLE }])
    expect(text).toContain(RESULT)
    const streamed = streamText({ ...asked(), ...loop })
    expect(await streamed.text).toContain(RESULT)
    expect(await streamed.steps).toHaveLength(2)
  })

  it('generates an object', async () => {
    const output = Output.object({ schema: jsonSchema(WEATHER) })
    const made = await generateText({ ...asked(), prompt: QUESTION, output })
    expect(made.output).toEqual(EXAMPLE)
  })

  it('shows a picture', async () => {
    const picture = { type: 'file' as const, data: PIXEL, mediaType: 'image/png' }
    const messages: ModelMessage[] = [
      { role: 'user', content: [{ type: 'text', text: QUESTION }, picture] },
    ]
    const { text } = await generateText({ ...asked(), messages })
    expect(text).toMatch(/^I see 1 image\. /)
  })

  it('knows what may be tried again', async () => {
    const limited = generateText({ ...asked(), prompt: QUESTION, headers: RATE_LIMITED })
    await expect(limited).rejects.toSatisfy(
      (error) => APICallError.isInstance(error) && error.statusCode === 429 && error.isRetryable,
    )
  })

  it('can be broken off', async () => {
    const trace = `leaves-${way.replace(' ', '-')}-${provider}`
    const leaving = new AbortController()
    const { textStream } = streamText({
      ...asked(),
      prompt: QUESTION,
      headers: { ...SLOW, 'x-holysheep-trace-id': trace },
      abortSignal: leaving.signal,
      onError: () => {},
    })
    for await (const part of textStream) if (part !== '') leaving.abort()
    const record = await recordOfTrace(server, trace)
    expect(record).toMatchObject({ outcome: 'client_closed', provider, prompt_tokens: 374 })
  })
})

it('embeds', async () => {
  const { embeddings, usage } = await embedMany({
    model: openai().embedding('text-embedding-3-small'),
    values: ['one', 'two'],
  })
  expect(embeddings.map(({ length }) => length)).toEqual([1_536, 1_536])
  expect(usage.tokens).toBe(374)
})
