import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GoogleGenAI } from '@google/genai'
import fc from 'fast-check'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../endpoints.ts'
import type { ProtocolName } from '../protocols/protocol.ts'
import type { AnswerContext } from './codec.ts'
import { translateEmbeddings } from './embeddings.ts'
import type { WholeTranslation } from './whole-translation.ts'

const GOOGLE_ANSWER = {
  embeddings: [{ values: [0.5, -0.25] }, { values: [1, 2] }],
  usageMetadata: { promptTokenCount: 6 },
}

const OPENAI_ANSWER = {
  object: 'list',
  data: [
    { object: 'embedding', index: 1, embedding: [1, 2] },
    { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
  ],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 6, total_tokens: 6 },
}

function context(request: Record<string, unknown>): AnswerContext {
  return {
    requestId: 'req_1',
    model: 'public',
    createdSeconds: 1,
    wantsUsage: false,
    request,
  }
}

function translate(operation: Operation, to: ProtocolName, request: Record<string, unknown>) {
  return translateEmbeddings(operation, to, 'upstream', context(request))
}

/** The translation; fails the test when something was left out. */
function translated(
  operation: Operation,
  to: ProtocolName,
  request: Record<string, unknown>,
): WholeTranslation {
  const result = translate(operation, to, request)
  expect(result).toMatchObject({ ok: true, unsupported: [] })
  if (!result.ok) throw new Error(result.message)
  return result.value
}

describe("OpenAI's embeddings at Google", () => {
  it('asks for one embedding per text', () => {
    const { operation, body } = translated('embeddings', 'google', {
      model: 'public',
      input: ['One', 'Two'],
      dimensions: 64,
      user: 'u1',
    })
    expect(operation).toBe('batch_embed_contents')
    expect(body).toEqual({
      requests: [
        {
          model: 'models/upstream',
          content: { parts: [{ text: 'One' }] },
          outputDimensionality: 64,
        },
        {
          model: 'models/upstream',
          content: { parts: [{ text: 'Two' }] },
          outputDimensionality: 64,
        },
      ],
    })
  })

  it('answers with floats and the usage', () => {
    const { answer } = translated('embeddings', 'google', { input: 'One' })
    expect(answer(GOOGLE_ANSWER)).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
        { object: 'embedding', index: 1, embedding: [1, 2] },
      ],
      model: 'public',
      usage: { prompt_tokens: 6, total_tokens: 6 },
    })
  })

  it('answers with base64 of 32-bit floats where that was asked for', () => {
    const { answer } = translated('embeddings', 'google', {
      input: 'One',
      encoding_format: 'base64',
    })
    expect(answer({ embeddings: [{ values: [1, -2] }] })).toMatchObject({
      data: [{ embedding: 'AACAPwAAAMA=' }],
      usage: { prompt_tokens: 0 },
    })
  })

  it.each([[[1, 2, 3]], [[[1, 2], [3]]], [[]], [undefined], [7]])(
    'refuses the input %j',
    (input) => {
      expect(translate('embeddings', 'google', { input })).toMatchObject({
        ok: false,
        param: 'input',
      })
    },
  )

  it('names a parameter that Google does not know', () => {
    expect(translate('embeddings', 'google', { input: 'a', input_type: 'query' })).toMatchObject({
      ok: true,
      unsupported: ['input_type'],
    })
  })
})

describe("Google's embeddings at OpenAI", () => {
  it('puts the texts of a batch into one request and the answers back in order', () => {
    const { operation, body, answer } = translated('batch_embed_contents', 'openai', {
      requests: [
        { model: 'models/public', content: { parts: [{ text: 'One' }] }, outputDimensionality: 64 },
        {
          content: { role: 'user', parts: [{ text: 'Two' }, { text: 'Three' }] },
          embed_content_config: { output_dimensionality: 64 },
        },
      ],
    })
    expect(operation).toBe('embeddings')
    expect(body).toEqual({
      model: 'upstream',
      input: ['One', 'Two\nThree'],
      encoding_format: 'float',
      dimensions: 64,
    })
    expect(answer(OPENAI_ANSWER)).toEqual({
      embeddings: [{ values: [0.5, -0.25] }, { values: [1, 2] }],
      usageMetadata: { promptTokenCount: 6, totalTokenCount: 6 },
    })
  })

  it('answers a single request with a single embedding', () => {
    const { body, answer } = translated('embed_content', 'openai', {
      content: { parts: [{ text: 'One' }] },
    })
    expect(body).toEqual({ model: 'upstream', input: ['One'], encoding_format: 'float' })
    expect(answer({ data: [{ index: 0, embedding: [1] }] })).toEqual({ embedding: { values: [1] } })
  })

  it.each([
    [{ taskType: 'RETRIEVAL_QUERY' }, 'taskType'],
    [{ title: 'A' }, 'title'],
    [{ embedContentConfig: { autoTruncate: true } }, 'embedContentConfig.autoTruncate'],
  ])('names %j, which OpenAI does not know', (settings, name) => {
    const request = { content: { parts: [{ text: 'One' }] }, ...settings }
    expect(translate('embed_content', 'openai', request)).toMatchObject({
      ok: true,
      unsupported: [name],
    })
  })

  it('names a size that differs within a batch', () => {
    const embed = (outputDimensionality: number) => ({
      content: { parts: [{ text: 'One' }] },
      outputDimensionality,
    })
    expect(
      translate('batch_embed_contents', 'openai', { requests: [embed(1), embed(2)] }),
    ).toMatchObject({ unsupported: ['requests[1].outputDimensionality'] })
  })

  it.each([
    ['embed_content', {}, 'content'],
    ['embed_content', { content: { parts: [{ inlineData: {} }] } }, 'content'],
    ['batch_embed_contents', { requests: [] }, 'requests'],
    ['batch_embed_contents', { requests: [{}] }, 'requests[0].content'],
  ] as const)('refuses %s of %j', (operation, request, param) => {
    expect(translate(operation, 'openai', request)).toMatchObject({ ok: false, param })
  })
})

describe('embeddings between other protocols', () => {
  it('are refused', () => {
    expect(translate('embeddings', 'anthropic', { input: 'a' }).ok).toBe(false)
    expect(translate('chat', 'google', { input: 'a' }).ok).toBe(false)
  })

  it('never throw on answers that are none', () => {
    const { answer: toOpenai } = translated('embeddings', 'google', { input: 'a' })
    const { answer: toGoogle } = translated('embed_content', 'openai', {
      content: { parts: [{ text: 'a' }] },
    })
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('data', 'embeddings', 'embedding', 'usage', 'usageMetadata'),
          fc.jsonValue(),
        ),
        (answer) => {
          expect(toOpenai(answer)).toHaveProperty('data')
          expect(toGoogle(answer)).toHaveProperty('embedding.values')
        },
      ),
    )
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
      const isGoogle = request.url?.includes('batchEmbedContents') === true
      const { answer } = isGoogle
        ? translated('batch_embed_contents', 'openai', body)
        : translated('embeddings', 'google', body)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(isGoogle ? OPENAI_ANSWER : GOOGLE_ANSWER)))
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterAll(() => {
    server.close()
  })

  it('of OpenAI reads embeddings of Google', async () => {
    const client = new OpenAI({ apiKey: 'key', baseURL: `${baseUrl}/v1` })
    const { data, usage } = await client.embeddings.create({ model: 'm', input: ['One', 'Two'] })
    expect(data.map(({ embedding }) => [...embedding])).toEqual([
      [0.5, -0.25],
      [1, 2],
    ])
    expect(usage).toEqual({ prompt_tokens: 6, total_tokens: 6 })
  })

  it('of Google reads embeddings of OpenAI', async () => {
    const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl } })
    const { embeddings, usageMetadata } = await client.models.embedContent({
      model: 'm',
      contents: ['One', 'Two'],
      config: { outputDimensionality: 2 },
    })
    expect(embeddings).toEqual([{ values: [0.5, -0.25] }, { values: [1, 2] }])
    expect(usageMetadata).toMatchObject({ promptTokenCount: 6 })
  })
})
