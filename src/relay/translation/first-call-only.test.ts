import { expect, it } from 'vitest'
import { translateCall } from './translate.ts'

const CONTEXT = {
  requestId: 'req_1',
  model: 'mine',
  createdSeconds: 1,
  wantsUsage: false,
  request: {
    model: 'mine',
    messages: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'function', function: { name: 'look' } }],
    parallel_tool_calls: false,
  },
}

const TWO_CALLS = {
  candidates: [
    {
      content: {
        parts: [
          { functionCall: { name: 'look', args: { at: 1 } } },
          { functionCall: { name: 'look', args: { at: 2 } } },
        ],
      },
      finishReason: 'STOP',
    },
  ],
}

it('hands on the first of several tool calls to a caller who wants one at a time', () => {
  const translated = translateCall('chat', 'google', 'gemini', false, CONTEXT)
  if (!translated.ok) throw new Error(translated.message)
  expect(translated.unsupported).toEqual([])
  const { answer } = translated.value
  expect(answer.whole(TWO_CALLS)).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: { tool_calls: [{ function: { arguments: '{"at":1}' } }] },
      },
    ],
  })
  const stream = answer.stream?.(1_000)
  const sent = `${stream?.read(JSON.stringify(TWO_CALLS))}${stream?.end()}`
  expect(sent).toContain('{\\"at\\":1}')
  expect(sent).not.toContain('{\\"at\\":2}')
})
