import Anthropic from '@anthropic-ai/sdk'
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
let client: Anthropic
beforeAll(async () => {
  server = await startBellwether({ config: PATIENT })
  client = connect(server.key)
})
afterAll(stopAllBellwethers)

function connect(apiKey: string): Anthropic {
  return new Anthropic({ baseURL: server.relay, apiKey, maxRetries: 0, defaultHeaders: QUICK })
}

const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam[] => [
  { role: 'user', content },
]
const TOOLS: Anthropic.Tool[] = [{ name: TOOL, description: 'Weather.', input_schema: WEATHER }]

/** The SDK's types no longer know it, the API does. */
const HOT: object = { temperature: 9 }

const textOf = ({ content }: Anthropic.Message) =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('')

describe.each(SERVED)('messages with %s, served by %s', (model, provider) => {
  const asked = { model, max_tokens: 1_000, messages: user(QUESTION) }

  it('answers, and the record says what the headers say', async () => {
    const { data, response } = await client.messages
      .create({ ...asked, system: 'Be brief.' })
      .withResponse()
    expect(data).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' })
    expect(textOf(data)).toContain(QUESTION)
    expect(data.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
    expect(response.headers.get('x-bellwether-cost-usd')).not.toBeNull()
    await expectRecord(server, response.headers, {
      endpoint: '/v1/messages',
      protocol: 'anthropic',
      provider,
      model,
      prompt_tokens: 374,
      completion_tokens: 44,
    })
  })

  it('streams, and its parts add up to the whole', async () => {
    const stream = client.messages.stream(asked)
    const deltas: string[] = []
    stream.on('text', (delta) => deltas.push(delta))
    const { data, response } = await stream.withResponse()
    const final = await data.finalMessage()
    expect(deltas.length).toBeGreaterThan(2)
    expect(deltas.join('')).toBe(textOf(final))
    expect(textOf(final)).toContain(QUESTION)
    expect(final.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
    await expectRecord(server, response.headers, { provider, stream: true, tokens_used: 418 })
  })

  it('calls a tool in a stream and takes its result', async () => {
    const first = await client.messages
      .stream({ ...asked, messages: user(ASK), tools: TOOLS })
      .finalMessage()
    expect(first.stop_reason).toBe('tool_use')
    const call = first.content.find((block) => block.type === 'tool_use')
    expect(call).toMatchObject({ name: TOOL, input: EXAMPLE })
    const result: Anthropic.ToolResultBlockParam = {
      type: 'tool_result',
      tool_use_id: call!.id,
      content: [{ type: 'text', text: RESULT }],
    }
    const second = await client.messages.create({
      ...asked,
      messages: [
        ...user(ASK),
        { role: 'assistant', content: first.content },
        { role: 'user', content: [result] },
      ],
      tools: TOOLS,
    })
    expect(textOf(second)).toContain(RESULT)
  })

  it('calls two tools at once in a stream and takes both results', async () => {
    const tools = TWO_TOOLS.map((name) => ({ name, input_schema: WEATHER }))
    const stream = client.messages.stream({ ...asked, messages: user(ASK_TWO), tools })
    const { content } = await stream.finalMessage()
    const calls = content.filter((block) => block.type === 'tool_use')
    expect(calls.map(({ name }) => name)).toEqual(TWO_TOOLS)
    expect(calls.map(({ input }) => input)).toEqual([EXAMPLE, EXAMPLE])
    const results = calls.map(({ id }, index) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: `result ${index}`,
    }))
    const second = await client.messages.create({
      ...asked,
      messages: [...user(ASK_TWO), { role: 'assistant', content }, ...user(results)],
      tools,
    })
    expect(textOf(second)).toMatch(/result 0.*result 1/)
  })

  it('stops at the length it may have', async () => {
    const short = { ...asked, max_tokens: 3 }
    const { stop_reason } = await client.messages.create(short, { headers: UNCOUNTED })
    expect(stop_reason).toBe('max_tokens')
  })

  it('hears of a provider that breaks off amid a stream', async () => {
    const stream = client.messages.stream(asked, { headers: CUT })
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIError)
    expect(text).not.toBe('')
  })

  it('calls the tool it is forced to, without a stream', async () => {
    const { content } = await client.messages.create({
      ...asked,
      tools: TOOLS,
      tool_choice: { type: 'tool', name: TOOL },
    })
    expect(content).toMatchObject([{ type: 'tool_use', name: TOOL, input: EXAMPLE }])
  })

  it('fits a JSON schema', async () => {
    const format = { type: 'json_schema' as const, schema: WEATHER }
    const message = await client.messages.create({ ...asked, output_config: { format } })
    expect(JSON.parse(textOf(message))).toEqual(EXAMPLE)
  })

  it('sees a picture', async () => {
    const source = { type: 'base64', media_type: 'image/png', data: PIXEL } as const
    const message = await client.messages.create({
      ...asked,
      messages: user([
        { type: 'image', source },
        { type: 'text', text: QUESTION },
      ]),
    })
    expect(textOf(message)).toMatch(/^I see 1 image\. /)
  })

  it('raises the error classes of the SDK', async () => {
    const limited = client.messages.create(asked, { headers: RATE_LIMITED })
    await expect(limited).rejects.toBeInstanceOf(Anthropic.RateLimitError)
    await expect(limited).rejects.toMatchObject({
      error: { type: 'error', error: { type: 'rate_limit_error' } },
    })
    const hot = client.messages.create({ ...asked, ...HOT })
    await expect(hot).rejects.toBeInstanceOf(Anthropic.BadRequestError)
    await expect(hot).rejects.toThrow(/temperature/)
  })

  it('records a caller who leaves a stream, with what it has used', async () => {
    const trace = `leaves-anthropic-${provider}`
    const stream = client.messages.stream(asked, {
      headers: { ...SLOW, 'x-holysheep-trace-id': trace },
    })
    for await (const event of stream) if (event.type === 'content_block_delta') break
    stream.abort()
    const record = await recordOfTrace(server, trace)
    expect(record).toMatchObject({ outcome: 'client_closed', status_code: 499, provider })
    expect(record.prompt_tokens).toBe(374)
    expect(record.completion_tokens).toBeGreaterThan(0)
  })
})

it.each([SERVED[1], SERVED[2]])('counts tokens for %s, served by %s', async (model, provider) => {
  const { data, response } = await client.messages
    .countTokens({ model, messages: user(QUESTION), tools: TOOLS })
    .withResponse()
  expect(data.input_tokens).toBe(374)
  await expectRecord(server, response.headers, {
    endpoint: '/v1/messages/count_tokens',
    provider,
  })
})

it('thinks, streamed and not, and takes its thoughts back', async () => {
  const asked = {
    model: 'claude-sonnet-4-20250514',
    max_tokens: 4_000,
    thinking: { type: 'enabled' as const, budget_tokens: 1_024 },
    messages: user(ASK),
    tools: TOOLS,
  }
  const whole = await client.messages.create(asked)
  expect(whole.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use'])
  const streamed = await client.messages.stream(asked).finalMessage()
  expect(streamed.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use'])
  expect(streamed.content[0]).toMatchObject({ signature: expect.stringMatching(/./) })
})

it('takes the key as a bearer token, too', async () => {
  const bearer = new Anthropic({
    baseURL: server.relay,
    apiKey: null,
    authToken: server.key,
    defaultHeaders: QUICK,
  })
  const { stop_reason } = await bearer.messages.create({
    model: 'claude-sonnet-4-20250514',
    max_tokens: 10,
    messages: user(QUESTION),
  })
  expect(stop_reason).toBe('end_turn')
})

it('lists models in the shape of Anthropic', async () => {
  const { data } = await client.models.list()
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(SERVED.map(([id]) => id)))
  expect(data[0]).toMatchObject({ type: 'model', display_name: expect.any(String) })
  expect(await client.models.retrieve('gpt-4o')).toMatchObject({ type: 'model', id: 'gpt-4o' })
})

it('tells a wrong key, an unknown model and a missing parameter apart', async () => {
  const asked = { model: 'claude-sonnet-4-20250514', max_tokens: 10, messages: user(QUESTION) }
  const wrong = connect(`hss_${'x'.repeat(40)}`).messages.create(asked)
  await expect(wrong).rejects.toBeInstanceOf(Anthropic.AuthenticationError)
  await expect(wrong).rejects.toMatchObject({ error: { error: { type: 'authentication_error' } } })
  const unknown = client.messages.create({ ...asked, model: 'no-such-model' })
  await expect(unknown).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  await expect(unknown).rejects.toMatchObject({ requestID: expect.stringMatching(/^req_/) })
  const missing = client.messages.create({ ...asked, max_tokens: undefined as unknown as number })
  await expect(missing).rejects.toBeInstanceOf(Anthropic.BadRequestError)
  await expect(missing).rejects.toThrow(/max_tokens/)
})

it.each(SERVED)('an overloaded provider stays one for the SDK: %s', async (model) => {
  const headers = { 'x-aimock-context': '{"fault":"overloaded"}' }
  const attempt = client.messages.create(
    { model, max_tokens: 10, messages: user(QUESTION) },
    { headers },
  )
  await expect(attempt).rejects.toBeInstanceOf(Anthropic.InternalServerError)
  await expect(attempt).rejects.toMatchObject({ error: { error: { type: 'overloaded_error' } } })
})
