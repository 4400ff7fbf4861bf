import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { simulationHeader as steered } from '../../../test/support/chat.ts'
import { ASK, EXAMPLE, PIXEL, WEATHER } from '../../../test/support/sdk-calls.ts'
import {
  type SimulatorClients,
  startSimulatorClients,
} from '../../../test/support/simulator-clients.ts'
import type { Simulation } from '../../playbook/index.ts'

let simulator: SimulatorClients
let openai: OpenAI
beforeAll(async () => {
  simulator = await startSimulatorClients()
  openai = simulator.openai
})
afterAll(() => simulator.stop(1_000))

const FAST: Simulation = { speed: 1_000 }
const COUNTED: Simulation = { speed: 1_000, promptTokens: 374, completionTokens: 44 }
const MODEL = 'gpt-4o'
const user = (content: OpenAI.ChatCompletionUserMessageParam['content']) => [
  { role: 'user' as const, content },
]
const chat = (
  body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>,
  simulation: Simulation = FAST,
) =>
  openai.chat.completions.create(
    { model: MODEL, messages: user('Hello there.'), ...body },
    { headers: steered(simulation) },
  )
const tools = [
  { type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER } },
  { type: 'function' as const, function: { name: 'get_time', parameters: {} } },
]

it('answers with the token counts it is asked for, in a text of that length', async () => {
  const messages = user('Câu hỏi đầu tiên. Câu hỏi thứ hai?')
  const { choices, model, usage } = await chat({ messages }, COUNTED)
  expect(model).toBe(MODEL)
  expect(usage).toMatchObject({ prompt_tokens: 374, completion_tokens: 44, total_tokens: 418 })
  expect(choices[0]?.message.content).toHaveLength(44 * 4)
  expect(choices[0]?.message.content).toContain('Câu hỏi thứ hai?')
})

it('streams with usage when it is asked for', async () => {
  const stream = await openai.chat.completions.create(
    {
      model: MODEL,
      messages: user('Hello there.'),
      stream: true,
      stream_options: { include_usage: true },
    },
    { headers: steered(COUNTED) },
  )
  let text = ''
  let usage: OpenAI.CompletionUsage | null | undefined
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage
  }
  expect(text).toHaveLength(44 * 4)
  expect(usage).toMatchObject({ prompt_tokens: 374, completion_tokens: 44 })
})

it('calls the tools that the prompt names, and quotes their results', async () => {
  const messages = user(`${ASK} And get_time.`)
  const first = await chat({ messages, tools })
  const { message, finish_reason } = first.choices[0]!
  expect(finish_reason).toBe('tool_calls')
  const calls = message.tool_calls!.filter((call) => call.type === 'function')
  expect(calls.map((call) => call.function.name)).toEqual(['get_weather', 'get_time'])
  expect(JSON.parse(calls[0]!.function.arguments)).toEqual(EXAMPLE)
  const second = await chat({
    messages: [
      ...messages,
      message,
      ...calls.map(({ id }, index) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: `result ${index}`,
      })),
    ],
    tools,
  })
  expect(second.choices[0]?.message.content).toBe('The tool answered: result 0; result 1')
})

it.each([
  ['required', 'get_weather'],
  [{ type: 'function', function: { name: 'get_time' } }, 'get_time'],
  ['none', undefined],
  ['auto', undefined],
] as const)('calls with tool choice %j what has to be called', async (tool_choice, called) => {
  const { choices } = await chat({ tools, tool_choice })
  const [call] = choices[0]?.message.tool_calls ?? []
  expect(call?.type === 'function' ? call.function.name : undefined).toBe(called)
})

it('fits a schema and writes JSON', async () => {
  const schema = { type: 'json_schema', json_schema: { name: 'w', schema: WEATHER } } as const
  const fitting = await chat({ response_format: schema })
  expect(JSON.parse(fitting.choices[0]!.message.content!)).toEqual(EXAMPLE)
  const any = await chat({ response_format: { type: 'json_object' } })
  expect(JSON.parse(any.choices[0]!.message.content!)).toEqual({ answer: expect.any(String) })
})

it('counts the pictures it is shown', async () => {
  const picture = {
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${PIXEL}` },
  } as const
  const messages = user([{ type: 'text', text: 'What is this?' }, picture, picture])
  const { choices } = await chat({ messages })
  expect(choices[0]?.message.content).toMatch(/^I see 2 images\..*What is this\?/)
})

it('thinks when it is told to', async () => {
  const { choices } = await chat({ model: 'o3', reasoning_effort: 'low' })
  expect(choices[0]?.message).toHaveProperty('reasoning_content', expect.any(String))
})

it('stops at the length it may have', async () => {
  const { choices, usage } = await chat({ max_completion_tokens: 3 })
  expect(choices[0]).toMatchObject({
    finish_reason: 'length',
    message: { content: 'This is a si' },
  })
  expect(usage?.completion_tokens).toBe(3)
})

it('answers by the responses API, with tools and streamed', async () => {
  const options = { headers: steered(COUNTED) }
  const said = await openai.responses.create({ model: MODEL, input: 'Hello.' }, options)
  expect(said.output_text).toContain('Hello.')
  expect(said.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
  const stream = await openai.responses.create(
    {
      model: MODEL,
      input: ASK,
      stream: true,
      tools: [{ type: 'function', name: 'get_weather', parameters: WEATHER, strict: true }],
    },
    options,
  )
  const events: OpenAI.Responses.ResponseStreamEvent[] = []
  for await (const event of stream) events.push(event)
  expect(events.at(-1)).toMatchObject({
    type: 'response.completed',
    response: { output: [{ type: 'function_call', arguments: JSON.stringify(EXAMPLE) }] },
  })
  const format = { type: 'json_schema', name: 'w', schema: WEATHER, strict: true } as const
  const json = await openai.responses.create(
    { model: MODEL, input: 'Hello.', text: { format } },
    options,
  )
  expect(JSON.parse(json.output_text)).toEqual(EXAMPLE)
})

it('completes texts', async () => {
  const body = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time' }
  const whole = await openai.completions.create(body, { headers: steered(COUNTED) })
  expect(whole).toMatchObject({ usage: { prompt_tokens: 374, completion_tokens: 44 } })
  let text = ''
  for await (const chunk of await openai.completions.create({ ...body, stream: true })) {
    text += chunk.choices[0]?.text ?? ''
  }
  expect(text).toContain('Once upon a time')
})

it('embeds texts: closer ones are nearer', async () => {
  const { data, usage } = await openai.embeddings.create(
    { model: 'text-embedding-3-small', input: ['a red apple', 'a green apple', 'tax law'] },
    { headers: steered(COUNTED) },
  )
  const [red, green, law] = data.map(({ embedding }) => embedding) as [number[], number[], number[]]
  const nearness = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
  expect(red).toHaveLength(1_536)
  expect(nearness(red, red)).toBeCloseTo(1, 4)
  expect(nearness(red, green)).toBeGreaterThan(nearness(red, law) + 0.2)
  expect(usage.prompt_tokens).toBe(374)
})

it('moderates, draws, speaks and listens', async () => {
  const moderation = await openai.moderations.create({ input: 'Hello.' })
  expect(moderation.results[0]?.flagged).toBe(false)
  const drawn = await openai.images.generate({ model: 'gpt-image-1', prompt: 'a cat', n: 2 })
  expect(drawn.data).toHaveLength(2)
  const image = new File([Buffer.from(PIXEL, 'base64')], 'a.png', { type: 'image/png' })
  const edited = await openai.images.edit({ model: 'gpt-image-1', prompt: 'a dog', image })
  expect(edited.data?.[0]?.b64_json).toMatch(/^iVBOR/)
  const speech = await openai.audio.speech.create({
    model: 'tts-1',
    voice: 'alloy',
    input: 'Hello.',
    response_format: 'wav',
  })
  const sound = Buffer.from(await speech.arrayBuffer())
  expect(sound.subarray(0, 4).toString()).toBe('RIFF')
  const file = new File([sound], 'a.wav', { type: 'audio/wav' })
  const heard = await openai.audio.transcriptions.create({ model: 'whisper-1', file })
  expect(heard.text).toContain('simulated transcription')
  const translated = await openai.audio.translations.create({ model: 'whisper-1', file })
  expect(translated.text).toContain('simulated transcription')
})
