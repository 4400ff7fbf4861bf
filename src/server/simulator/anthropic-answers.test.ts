import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { simulationHeader as steered } from '../../../test/support/chat.ts'
import { ASK, EXAMPLE, PIXEL, WEATHER } from '../../../test/support/sdk-calls.ts'
import {
  type SimulatorClients,
  startSimulatorClients,
} from '../../../test/support/simulator-clients.ts'
import type { Simulation } from '../../playbook/index.ts'

let simulator: SimulatorClients
let anthropic: Anthropic
beforeAll(async () => {
  simulator = await startSimulatorClients()
  anthropic = simulator.anthropic
})
afterAll(() => simulator.stop(1_000))

const FAST: Simulation = { speed: 1_000 }
const COUNTED: Simulation = { speed: 1_000, promptTokens: 374, completionTokens: 44 }
const MODEL = 'claude-sonnet-4-20250514'
const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam[] => [
  { role: 'user', content },
]
const message = (
  body: Partial<Anthropic.MessageCreateParamsNonStreaming>,
  simulation: Simulation = FAST,
) =>
  anthropic.messages.create(
    { model: MODEL, max_tokens: 1_000, messages: user('Hello there.'), ...body },
    { headers: steered(simulation) },
  )
const tools: Anthropic.Tool[] = [{ name: 'get_weather', input_schema: WEATHER }]

it('answers with the token counts it is asked for, streamed and not', async () => {
  const { content, stop_reason, usage } = await message({}, COUNTED)
  expect(content).toEqual([{ type: 'text', text: expect.stringContaining('Hello there.') }])
  expect(stop_reason).toBe('end_turn')
  expect(usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
  const stream = anthropic.messages.stream(
    { model: MODEL, max_tokens: 1_000, messages: user('Hello there.') },
    { headers: steered(COUNTED) },
  )
  const final = await stream.finalMessage()
  expect(final.content).toEqual(content)
  expect(final.usage).toMatchObject({ input_tokens: 374, output_tokens: 44 })
})

it('calls a tool and quotes its result', async () => {
  const first = await message({ messages: user(ASK), tools })
  expect(first.stop_reason).toBe('tool_use')
  const [call] = first.content
  expect(call).toMatchObject({ type: 'tool_use', name: 'get_weather', input: EXAMPLE })
  const second = await message({
    messages: [
      ...user(ASK),
      { role: 'assistant', content: first.content },
      ...user([
        {
          type: 'tool_result',
          tool_use_id: (call as Anthropic.ToolUseBlock).id,
          content: [{ type: 'text', text: '21 degrees' }],
        },
      ]),
    ],
    tools,
  })
  expect(second.content[0]).toMatchObject({ text: 'The tool answered: 21 degrees' })
})

it('calls the tool it is forced to', async () => {
  const forced = await message({ tools, tool_choice: { type: 'tool', name: 'get_weather' } })
  expect(forced.content[0]).toMatchObject({ type: 'tool_use', name: 'get_weather' })
  const any = await message({ tools, tool_choice: { type: 'any' } })
  expect(any.content[0]).toMatchObject({ type: 'tool_use' })
})

it('fits a schema, counts pictures, thinks', async () => {
  const format = { type: 'json_schema' as const, schema: WEATHER }
  const json = await message({ output_config: { format } })
  expect(JSON.parse((json.content[0] as Anthropic.TextBlock).text)).toEqual(EXAMPLE)
  const seen = await message({
    messages: user([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      { type: 'text', text: 'What is this?' },
    ]),
  })
  expect(seen.content[0]).toMatchObject({ text: expect.stringMatching(/^I see 1 image\. /) })
  const thought = await message({
    thinking: { type: 'enabled', budget_tokens: 1_024 },
    max_tokens: 2_000,
  })
  expect(thought.content.map(({ type }) => type)).toEqual(['thinking', 'text'])
})

it('counts the tokens that an answer then says it was asked with', async () => {
  const messages = user('How many tokens are in here?')
  const counted = await anthropic.messages.countTokens({ model: MODEL, messages, tools })
  const { usage } = await message({ messages, tools })
  expect(counted.input_tokens).toBeGreaterThan(5)
  expect(usage.input_tokens).toBe(counted.input_tokens)
})

it.each([
  [{ max_tokens: undefined }, /max_tokens/],
  [{ temperature: 1.5 }, /temperature/],
  [{ messages: [] }, /prompt/],
])('refuses %j', async (body, text) => {
  const attempt = message(body as unknown as Partial<Anthropic.MessageCreateParamsNonStreaming>)
  await expect(attempt).rejects.toThrow(Anthropic.BadRequestError)
  await expect(attempt).rejects.toThrow(text)
})
