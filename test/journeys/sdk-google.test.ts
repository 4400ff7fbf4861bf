import {
  ApiError,
  type Content,
  FunctionCallingConfigMode,
  type GenerateContentConfig,
  type GenerateContentParameters,
  type GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai'
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
let client: GoogleGenAI
beforeAll(async () => {
  server = await startBellwether({ config: PATIENT })
  client = connect(server.key)
})
afterAll(stopAllBellwethers)

function connect(apiKey: string): GoogleGenAI {
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: server.relay, headers: QUICK } })
}

const TOOLS: GenerateContentConfig = {
  tools: [{ functionDeclarations: [{ name: TOOL, parametersJsonSchema: WEATHER }] }],
}

/** The SDK gives the headers of an answer as an object. */
function headersOf({ sdkHttpResponse }: Pick<GenerateContentResponse, 'sdkHttpResponse'>): Headers {
  return new Headers(sdkHttpResponse?.headers)
}

describe.each(SERVED)('generateContent with %s, served by %s', (model, provider) => {
  const generate = (
    contents: GenerateContentParameters['contents'],
    config: GenerateContentConfig = {},
  ) => client.models.generateContent({ model, contents, config })

  it('answers, and the record says what the headers say', async () => {
    const answer = await generate(QUESTION, { systemInstruction: 'Be brief.' })
    expect(answer.text).toContain(QUESTION)
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP')
    expect(answer.usageMetadata).toMatchObject({
      promptTokenCount: 374,
      candidatesTokenCount: 44,
      totalTokenCount: 418,
    })
    const headers = headersOf(answer)
    expect(headers.get('x-bellwether-cost-usd')).not.toBeNull()
    await expectRecord(server, headers, {
      protocol: 'google',
      provider,
      model,
      prompt_tokens: 374,
      completion_tokens: 44,
    })
  })

  it('streams', async () => {
    const stream = await client.models.generateContentStream({ model, contents: QUESTION })
    let text = ''
    let last: GenerateContentResponse | undefined
    for await (const chunk of stream) {
      text += chunk.text ?? ''
      last = chunk
    }
    expect(text).toContain(QUESTION)
    expect(last?.candidates?.[0]?.finishReason).toBe('STOP')
    expect(last?.usageMetadata).toMatchObject({ promptTokenCount: 374, candidatesTokenCount: 44 })
    await expectRecord(server, headersOf(last!), { provider, stream: true, tokens_used: 418 })
  })

  it('calls a tool in a stream and takes its result', async () => {
    const stream = await client.models.generateContentStream({
      model,
      contents: ASK,
      config: TOOLS,
    })
    const parts: NonNullable<Content['parts']> = []
    for await (const { candidates } of stream)
      parts.push(...(candidates?.[0]?.content?.parts ?? []))
    const call = parts.find(({ functionCall }) => functionCall !== undefined)?.functionCall
    expect(call).toMatchObject({ name: TOOL, args: EXAMPLE })
    const functionResponse = {
      name: TOOL,
      response: { output: RESULT },
      ...(call?.id !== undefined && { id: call.id }),
    }
    const second = await generate(
      [
        { role: 'user', parts: [{ text: ASK }] },
        { role: 'model', parts },
        { role: 'user', parts: [{ functionResponse }] },
      ],
      TOOLS,
    )
    expect(second.text).toContain(RESULT)
  })

  it('calls two tools at once in a stream and takes both results', async () => {
    const functionDeclarations = TWO_TOOLS.map((name) => ({ name, parametersJsonSchema: WEATHER }))
    const config = { tools: [{ functionDeclarations }] }
    const stream = await client.models.generateContentStream({ model, contents: ASK_TWO, config })
    const parts: NonNullable<Content['parts']> = []
    for await (const { candidates } of stream)
      parts.push(...(candidates?.[0]?.content?.parts ?? []))
    const calls = parts.flatMap(({ functionCall }) => functionCall ?? [])
    expect(calls.map(({ name }) => name)).toEqual(TWO_TOOLS)
    expect(calls.map(({ args }) => args)).toEqual([EXAMPLE, EXAMPLE])
    const results = calls.map(({ id, name = '' }, index) => ({
      functionResponse: {
        name,
        response: { output: `result ${index}` },
        ...(id !== undefined && { id }),
      },
    }))
    const { text } = await generate(
      [
        { role: 'user', parts: [{ text: ASK_TWO }] },
        { role: 'model', parts },
        { role: 'user', parts: results },
      ],
      config,
    )
    expect(text).toMatch(/result 0.*result 1/)
  })

  it('stops at the length it may have', async () => {
    const { candidates } = await generate(QUESTION, {
      maxOutputTokens: 3,
      httpOptions: { headers: UNCOUNTED },
    })
    expect(candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
  })

  it('hears of a provider that breaks off amid a stream', async () => {
    const config = { httpOptions: { headers: CUT } }
    const read = async () => {
      const contents = QUESTION
      const stream = await client.models.generateContentStream({ model, contents, config })
      for await (const { text } of stream) expect(text).toBeDefined()
    }
    await expect(read()).rejects.toBeInstanceOf(ApiError)
  })

  it('calls the tool it is forced to, without a stream', async () => {
    const functionCallingConfig = {
      mode: FunctionCallingConfigMode.ANY,
      allowedFunctionNames: [TOOL],
    }
    const { functionCalls } = await generate(QUESTION, {
      ...TOOLS,
      toolConfig: { functionCallingConfig },
    })
    expect(functionCalls).toMatchObject([{ name: TOOL, args: EXAMPLE }])
  })

  it('fits a JSON schema', async () => {
    const answer = await generate(QUESTION, {
      responseMimeType: 'application/json',
      responseJsonSchema: WEATHER,
    })
    expect(JSON.parse(answer.text!)).toEqual(EXAMPLE)
  })

  it('sees a picture', async () => {
    const { text } = await generate([
      { inlineData: { mimeType: 'image/png', data: PIXEL } },
      QUESTION,
    ])
    expect(text).toMatch(/^I see 1 image\. /)
  })

  it('raises errors with the status', async () => {
    const limited = generate(QUESTION, { httpOptions: { headers: RATE_LIMITED } })
    await expect(limited).rejects.toBeInstanceOf(ApiError)
    await expect(limited).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('RESOURCE_EXHAUSTED'),
    })
    const hot = generate(QUESTION, { temperature: 9 })
    await expect(hot).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('INVALID_ARGUMENT'),
    })
  })

  it('records a caller who leaves a stream, with what it has used', async () => {
    const trace = `leaves-google-${provider}`
    const leaving = new AbortController()
    const stream = await client.models.generateContentStream({
      model,
      contents: QUESTION,
      config: {
        abortSignal: leaving.signal,
        httpOptions: { headers: { ...SLOW, 'x-holysheep-trace-id': trace } },
      },
    })
    const read = async () => {
      for await (const chunk of stream) if (chunk.text) leaving.abort()
    }
    await expect(read()).rejects.toThrow()
    const record = await recordOfTrace(server, trace)
    expect(record).toMatchObject({ outcome: 'client_closed', status_code: 499, provider })
    expect(record.prompt_tokens).toBe(374)
    expect(record.completion_tokens).toBeGreaterThan(0)
  })
})

it('holds a conversation', async () => {
  const chat = client.chats.create({ model: 'gpt-4o' })
  await chat.sendMessage({ message: 'My name is Ada.' })
  const { text } = await chat.sendMessage({ message: QUESTION })
  expect(text).toContain(QUESTION)
  expect(chat.getHistory()).toHaveLength(4)
})

it('thinks aloud', async () => {
  const { candidates } = await client.models.generateContent({
    model: 'gemini-2.5-flash',
    contents: QUESTION,
    config: { thinkingConfig: { includeThoughts: true } },
  })
  expect(candidates?.[0]?.content?.parts?.map(({ thought }) => thought === true)).toEqual([
    true,
    false,
  ])
})

it.each([SERVED[2], SERVED[1]])('counts tokens for %s', async (model) => {
  const counted = await client.models.countTokens({ model, contents: QUESTION })
  expect(counted.totalTokens).toBe(374)
})

it('embeds one text and several', async () => {
  const one = await client.models.embedContent({
    model: 'gemini-embedding-001',
    contents: 'one text',
    config: { outputDimensionality: 8 },
  })
  expect(one.embeddings?.map(({ values }) => values?.length)).toEqual([8])
  const several = await client.models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['one', 'two'],
  })
  expect(several.embeddings?.map(({ values }) => values?.length)).toEqual([768, 768])
  await expectRecord(server, headersOf(several), { protocol: 'google', provider: 'google' })
})

it('lists models in the shape of Google', async () => {
  const names: (string | undefined)[] = []
  for await (const { name } of await client.models.list()) names.push(name)
  expect(names).toEqual(expect.arrayContaining(SERVED.map(([id]) => `models/${id}`)))
  expect(await client.models.get({ model: 'gpt-4o' })).toMatchObject({ name: 'models/gpt-4o' })
})

it('answers under the preview version of the API, too, and takes the key in the query', async () => {
  const url = `${server.relay}/v1beta/models/gemini-2.5-flash:generateContent?key=${server.key}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...QUICK },
    body: JSON.stringify({ contents: [{ parts: [{ text: QUESTION }] }] }),
  })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ candidates: [{ finishReason: 'STOP' }] })
})

it('tells a wrong key and an unknown model apart', async () => {
  const asked = { model: 'gemini-2.5-flash', contents: QUESTION }
  const wrong = connect(`hss_${'x'.repeat(40)}`).models.generateContent(asked)
  await expect(wrong).rejects.toMatchObject({ status: 401 })
  const unknown = client.models.generateContent({ ...asked, model: 'no-such-model' })
  await expect(unknown).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('NOT_FOUND'),
  })
})
