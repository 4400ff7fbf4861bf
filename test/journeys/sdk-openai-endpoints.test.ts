import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import {
  ASK,
  CUT,
  EXAMPLE,
  expectRecord,
  PATIENT,
  PIXEL,
  QUESTION,
  QUICK,
  RESULT,
  SERVED,
  TOOL,
  WEATHER,
} from '../support/sdk-calls.ts'

let server: Bellwether
let client: OpenAI
beforeAll(async () => {
  server = await startBellwether({ config: PATIENT })
  client = new OpenAI({
    baseURL: `${server.relay}/v1`,
    apiKey: server.key,
    maxRetries: 0,
    defaultHeaders: QUICK,
  })
})
afterAll(stopAllBellwethers)

describe.each([SERVED[0], SERVED[1], SERVED[2]])(
  'the responses API with %s, served by %s',
  (model, provider) => {
    const tools: OpenAI.Responses.Tool[] = [
      { type: 'function', name: TOOL, parameters: WEATHER, strict: true },
    ]

    it('answers', async () => {
      const { data, response } = await client.responses
        .create({ model, input: QUESTION, instructions: 'Be brief.' })
        .withResponse()
      expect(data.output_text).toContain(QUESTION)
      expect(data.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
      await expectRecord(server, response.headers, { endpoint: '/v1/responses', provider })
    })

    it('streams', async () => {
      const stream = client.responses.stream({ model, input: QUESTION })
      const deltas: string[] = []
      stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta))
      const final = await stream.finalResponse()
      expect(deltas.join('')).toBe(final.output_text)
      expect(final.output_text).toContain(QUESTION)
      expect(final.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
    })

    it('hears of a provider that breaks off amid a stream', async () => {
      const stream = await client.responses.create(
        { model, input: QUESTION, stream: true },
        { headers: CUT },
      )
      let text = ''
      const read = async () => {
        for await (const event of stream) {
          if (event.type === 'response.output_text.delta') text += event.delta
        }
      }
      await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
      expect(text).not.toBe('')
    })

    it('calls a tool and takes its result', async () => {
      const first = await client.responses.create({ model, input: ASK, tools })
      const call = first.output.find((item) => item.type === 'function_call')
      expect(JSON.parse(call!.arguments)).toEqual(EXAMPLE)
      const second = await client.responses.create({
        model,
        input: [
          { role: 'user', content: ASK },
          call!,
          { type: 'function_call_output', call_id: call!.call_id, output: RESULT },
        ],
        tools,
      })
      expect(second.output_text).toContain(RESULT)
    })

    it('fits a JSON schema and sees a picture', async () => {
      const format = {
        type: 'json_schema',
        name: 'weather',
        schema: WEATHER,
        strict: true,
      } as const
      const json = await client.responses.create({ model, input: QUESTION, text: { format } })
      expect(JSON.parse(json.output_text)).toEqual(EXAMPLE)
      const seen = await client.responses.create({
        model,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: QUESTION },
              {
                type: 'input_image',
                image_url: `data:image/png;base64,${PIXEL}`,
                detail: 'auto',
              },
            ],
          },
        ],
      })
      expect(seen.output_text).toMatch(/^I see 1 image\. /)
    })
  },
)

describe('what is not chat', () => {
  it.each([
    ['text-embedding-3-small', 'openai', 1_536],
    ['gemini-embedding-001', 'google', 768],
  ] as const)('embeds with %s, served by %s', async (model, provider, dimensions) => {
    const { data, response } = await client.embeddings
      .create({ model, input: ['one text', 'another'] })
      .withResponse()
    expect(data.data.map(({ embedding }) => embedding.length)).toEqual([dimensions, dimensions])
    expect(data.data[0]?.embedding[0]).toEqual(expect.any(Number))
    await expectRecord(server, response.headers, { endpoint: '/v1/embeddings', provider })
  })

  it('embeds into the number of dimensions and the encoding that are asked for', async () => {
    for (const model of ['text-embedding-3-small', 'gemini-embedding-001']) {
      const base64 = await client.embeddings.create({
        model,
        input: 'one text',
        dimensions: 16,
        encoding_format: 'base64',
      })
      const vector = base64.data[0]!.embedding as unknown as string
      expect(Buffer.from(vector, 'base64')).toHaveLength(64)
    }
  })

  it('completes, moderates', async () => {
    const model = 'gpt-3.5-turbo-instruct'
    const { data, response } = await client.completions
      .create({ model, prompt: 'Once upon' })
      .withResponse()
    expect(data.choices[0]?.text).toContain('Once upon')
    await expectRecord(server, response.headers, { endpoint: '/v1/completions', tokens_used: 418 })
    const moderation = await client.moderations.create({ input: 'Hello.' })
    expect(moderation.results[0]?.flagged).toBe(false)
  })

  it('makes and edits pictures', async () => {
    const made = await client.images.generate({ model: 'gpt-image-1', prompt: 'a cat', n: 2 })
    expect(made.data).toHaveLength(2)
    const image = new File([Buffer.from(PIXEL, 'base64')], 'cat.png', { type: 'image/png' })
    const { data, response } = await client.images
      .edit({ model: 'gpt-image-1', prompt: 'a dog', image })
      .withResponse()
    expect(data.data?.[0]?.b64_json).toMatch(/^iVBOR/)
    await expectRecord(server, response.headers, { endpoint: '/v1/images/edits' })
  })

  it('speaks, listens and translates', async () => {
    const speech = await client.audio.speech.create({
      model: 'tts-1',
      voice: 'alloy',
      input: 'Hello.',
      response_format: 'wav',
    })
    const sound = Buffer.from(await speech.arrayBuffer())
    expect(sound.subarray(0, 4).toString()).toBe('RIFF')
    await expectRecord(server, speech.headers, { endpoint: '/v1/audio/speech' })
    const file = () => new File([sound], 'hello.wav', { type: 'audio/wav' })
    const { data, response } = await client.audio.transcriptions
      .create({ model: 'whisper-1', file: file() })
      .withResponse()
    expect(data.text).toContain('simulated transcription')
    await expectRecord(server, response.headers, { endpoint: '/v1/audio/transcriptions' })
    const translated = await client.audio.translations.create({ model: 'whisper-1', file: file() })
    expect(translated.text).toContain('simulated transcription')
  })

  it('lists models and finds one', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(SERVED.map(([id]) => id)))
    expect(await client.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' })
    await expect(client.models.retrieve('nothing')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })
})
