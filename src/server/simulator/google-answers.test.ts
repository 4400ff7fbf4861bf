import type { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { simulationHeader as steered } from '../../../test/support/chat.ts'
import { ASK, EXAMPLE, PIXEL, WEATHER } from '../../../test/support/sdk-calls.ts'
import {
  type SimulatorClients,
  startSimulatorClients,
} from '../../../test/support/simulator-clients.ts'
import type { Simulation } from '../../playbook/index.ts'

let simulator: SimulatorClients
let google: GoogleGenAI
beforeAll(async () => {
  simulator = await startSimulatorClients()
  google = simulator.google
})
afterAll(() => simulator.stop(1_000))

const FAST: Simulation = { speed: 1_000 }
const COUNTED: Simulation = { speed: 1_000, promptTokens: 374, completionTokens: 44 }
const MODEL = 'gemini-2.5-flash'
const generate = (
  contents: Parameters<GoogleGenAI['models']['generateContent']>[0]['contents'],
  config: Parameters<GoogleGenAI['models']['generateContent']>[0]['config'] = {},
  simulation: Simulation = FAST,
) =>
  google.models.generateContent({
    model: MODEL,
    contents,
    config: { ...config, httpOptions: { headers: steered(simulation) } },
  })
const tools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: WEATHER }] }]

it('answers with the token counts it is asked for, streamed and not', async () => {
  const whole = await generate('Hello there.', {}, COUNTED)
  expect(whole.text).toContain('Hello there.')
  expect(whole.usageMetadata).toMatchObject({ promptTokenCount: 374, candidatesTokenCount: 44 })
  const stream = await google.models.generateContentStream({
    model: MODEL,
    contents: 'Hello there.',
    config: { httpOptions: { headers: steered(COUNTED) } },
  })
  let text = ''
  let tokens: number | undefined
  for await (const chunk of stream) {
    text += chunk.text ?? ''
    tokens = chunk.usageMetadata?.candidatesTokenCount
  }
  expect(text).toBe(whole.text)
  expect(tokens).toBe(44)
})

it('calls a tool, stops with STOP, and quotes the result', async () => {
  const first = await generate(ASK, { tools })
  expect(first.candidates?.[0]?.finishReason).toBe('STOP')
  expect(first.functionCalls).toMatchObject([{ name: 'get_weather', args: EXAMPLE }])
  const result = { name: 'get_weather', response: { output: '21 degrees' } }
  const second = await generate(
    [
      { role: 'user', parts: [{ text: ASK }] },
      first.candidates![0]!.content!,
      { role: 'user', parts: [{ functionResponse: result }] },
    ],
    { tools },
  )
  expect(second.text).toBe('The tool answered: {"output":"21 degrees"}')
})

it('fits both kinds of schema, counts pictures, thinks', async () => {
  const json = { responseMimeType: 'application/json' }
  const schema = await generate('Hello.', { ...json, responseJsonSchema: WEATHER })
  expect(JSON.parse(schema.text!)).toEqual(EXAMPLE)
  const dialect = { type: 'OBJECT', properties: { n: { type: 'INTEGER' } }, required: ['n'] }
  const own = await generate('Hello.', { ...json, responseSchema: dialect })
  expect(JSON.parse(own.text!)).toEqual({ n: 1 })
  const picture = { inlineData: { mimeType: 'image/png', data: PIXEL } }
  expect((await generate([picture, 'What is this?'])).text).toMatch(/^I see 1 image\. /)
  const thought = await generate('Why?', { thinkingConfig: { includeThoughts: true } })
  expect(thought.candidates?.[0]?.content?.parts?.[0]).toMatchObject({ thought: true })
})

it('counts tokens and embeds', async () => {
  const { totalTokens } = await google.models.countTokens({
    model: MODEL,
    contents: 'Hello there.',
  })
  expect(totalTokens).toBe(3)
  const { embeddings } = await google.models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['one', 'two'],
    config: { outputDimensionality: 8 },
  })
  expect(embeddings?.map(({ values }) => values?.length)).toEqual([8, 8])
})

it('refuses what is too hot', async () => {
  await expect(generate('Hello.', { temperature: 3 })).rejects.toMatchObject({ status: 400 })
})
