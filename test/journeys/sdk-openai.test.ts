import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import {
  ASK,
  ASK_TWO,
  CUT,
  EXAMPLE,
  expectRecord,
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
  TWO_TOOLS,
  UNCOUNTED,
  WEATHER,
} from '../support/sdk-calls.ts'

let server: Bellwether
let client: OpenAI
beforeAll(async () => {
  server = await startBellwether({ config: PATIENT })
  client = connect(server.key)
})
afterAll(stopAllBellwethers)

function connect(apiKey: string): OpenAI {
  return new OpenAI({
    baseURL: `${server.relay}/v1`,
    apiKey,
    maxRetries: 0,
    defaultHeaders: QUICK,
  })
}

const user = (content: OpenAI.ChatCompletionUserMessageParam['content']) => [
  { role: 'user' as const, content },
]
const TOOLS: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: TOOL, parameters: WEATHER } },
]

describe.each(SERVED)('chat with %s, served by %s', (model, provider) => {
  it('answers, and the record says what the headers say', async () => {
    const { data, response } = await client.chat.completions
      .create({ model, messages: user(QUESTION) })
      .withResponse()
    expect(data.choices[0]).toMatchObject({ finish_reason: 'stop', index: 0 })
    expect(data.choices[0]?.message.content).toContain(QUESTION)
    expect(data.usage).toMatchObject({
      prompt_tokens: 374,
      completion_tokens: 44,
      total_tokens: 418,
    })
    expect(response.headers.get('x-bellwether-cost-usd')).not.toBeNull()
    await expectRecord(server, response.headers, {
      endpoint: '/v1/chat/completions',
      protocol: 'openai',
      provider,
      model,
      prompt_tokens: 374,
      completion_tokens: 44,
    })
  })

  it('streams text and, when it is asked for, usage', async () => {
    const { data, response } = await client.chat.completions
      .create({
        model,
        messages: user(QUESTION),
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse()
    let text = ''
    const finished: unknown[] = []
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of data) {
      text += chunk.choices[0]?.delta.content ?? ''
      finished.push(...chunk.choices.flatMap(({ finish_reason }) => finish_reason ?? []))
      usage = chunk.usage
    }
    expect(text).toContain(QUESTION)
    expect(finished).toEqual(['stop'])
    expect(usage).toMatchObject({ prompt_tokens: 374, completion_tokens: 44 })
    await expectRecord(server, response.headers, { provider, stream: true, tokens_used: 418 })
  })

  it('calls a tool in a stream and takes its result', async () => {
    const run = client.chat.completions.stream({ model, messages: user(ASK), tools: TOOLS })
    const { choices } = await run.finalChatCompletion()
    const { finish_reason, message } = choices[0]!
    expect(finish_reason).toBe('tool_calls')
    const call = message.tool_calls?.find(({ type }) => type === 'function')
    if (call?.type !== 'function') throw new Error('no tool was called')
    expect(call.function.name).toBe(TOOL)
    expect(JSON.parse(call.function.arguments)).toEqual(EXAMPLE)
    const second = await client.chat.completions.create({
      model,
      messages: [
        ...user(ASK),
        { role: 'assistant', content: message.content, tool_calls: message.tool_calls! },
        { role: 'tool', tool_call_id: call.id, content: RESULT },
      ],
      tools: TOOLS,
    })
    expect(second.choices[0]?.message.content).toContain(RESULT)
  })

  it('calls two tools at once in a stream and takes both results', async () => {
    const tools = TWO_TOOLS.map((name) => ({
      type: 'function' as const,
      function: { name, parameters: WEATHER },
    }))
    const run = client.chat.completions.stream({ model, messages: user(ASK_TWO), tools })
    const { message } = (await run.finalChatCompletion()).choices[0]!
    const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function')
    expect(calls.map((call) => call.function.name)).toEqual(TWO_TOOLS)
    expect(calls.map((call) => JSON.parse(call.function.arguments))).toEqual([EXAMPLE, EXAMPLE])
    const results = calls.map(({ id }, index) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: `result ${index}`,
    }))
    const second = await client.chat.completions.create({
      model,
      messages: [
        ...user(ASK_TWO),
        { role: 'assistant', content: message.content, tool_calls: calls },
        ...results,
      ],
      tools,
    })
    expect(second.choices[0]?.message.content).toMatch(/result 0.*result 1/)
  })

  it('stops at the length it may have', async () => {
    const { choices } = await client.chat.completions.create(
      { model, messages: user(QUESTION), max_completion_tokens: 3 },
      { headers: UNCOUNTED },
    )
    expect(choices[0]?.finish_reason).toBe('length')
  })

  it('hears of a provider that breaks off amid a stream', async () => {
    const stream = await client.chat.completions.create(
      { model, messages: user(QUESTION), stream: true },
      { headers: CUT },
    )
    let text = ''
    const read = async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    }
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(text).not.toBe('')
  })

  it('calls the tool it is forced to, without a stream', async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: user(QUESTION),
      tools: TOOLS,
      tool_choice: { type: 'function', function: { name: TOOL } },
    })
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: TOOL } }])
  })

  it('fits a JSON schema', async () => {
    const { choices } = await client.chat.completions.parse({
      model,
      messages: user(QUESTION),
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'weather', schema: WEATHER, strict: true },
      },
    })
    expect(JSON.parse(choices[0]!.message.content!)).toEqual(EXAMPLE)
  })

  it('sees a picture', async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: user([
        { type: 'text', text: QUESTION },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      ]),
    })
    expect(choices[0]?.message.content).toMatch(/^I see 1 image\. /)
  })

  it('raises the error classes of the SDK', async () => {
    const limited = client.chat.completions.create(
      { model, messages: user(QUESTION) },
      { headers: RATE_LIMITED },
    )
    await expect(limited).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(limited).rejects.toMatchObject({ requestID: expect.stringMatching(/^req_/) })
    const hot = client.chat.completions.create({ model, messages: user(QUESTION), temperature: 9 })
    await expect(hot).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(hot).rejects.toThrow(/temperature/)
  })

  it('records a caller who leaves a stream, with what it has used', async () => {
    const trace = `leaves-openai-${provider}`
    const stream = await client.chat.completions.create(
      { model, messages: user(QUESTION), stream: true },
      { headers: { ...SLOW, 'x-holysheep-trace-id': trace } },
    )
    for await (const chunk of stream) {
      // leaving the loop cancels the request
      if (chunk.choices[0]?.delta.content) break
    }
    const record = await recordOfTrace(server, trace)
    expect(record).toMatchObject({ outcome: 'client_closed', status_code: 499, provider })
    expect(record.prompt_tokens).toBe(374)
    expect(record.completion_tokens).toBeGreaterThan(0)
  })
})

describe('errors', () => {
  const chat = { model: 'gpt-4o', messages: user(QUESTION) }

  it('tell a wrong key, an unknown model and a bad body apart', async () => {
    const wrong = connect(`hss_${'x'.repeat(40)}`).chat.completions.create(chat)
    await expect(wrong).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_api_key' })
    const unknown = client.chat.completions.create({ ...chat, model: 'no-such-model' })
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found', param: 'model' })
    const empty = client.chat.completions.create({ ...chat, messages: [] })
    await expect(empty).rejects.toBeInstanceOf(OpenAI.BadRequestError)
  })

  it('name the parameter that has no equivalent at the target', async () => {
    const attempt = client.chat.completions.create({
      ...chat,
      model: 'claude-sonnet-4-20250514',
      logit_bias: { 50256: -100 },
    })
    await expect(attempt).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(attempt).rejects.toMatchObject({ param: 'logit_bias' })
  })

  it.each([
    ['server_error', OpenAI.InternalServerError],
    ['overloaded', OpenAI.InternalServerError],
  ] as const)('of the provider keep their class: %s', async (fault, kind) => {
    const headers = { 'x-aimock-context': JSON.stringify({ fault }) }
    for (const [model] of SERVED) {
      const attempt = client.chat.completions.create({ ...chat, model }, { headers })
      await expect(attempt).rejects.toBeInstanceOf(kind)
    }
  })
})
