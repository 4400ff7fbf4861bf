import { describe, expect, it } from 'vitest'
import { readConversation } from './conversation.ts'

const request = (messages: unknown) => JSON.stringify({ model: 'gpt-4o', messages })
const user = [{ role: 'user', content: 'Hi' }]

describe('readConversation', () => {
  it('reads plain messages and the answer', () => {
    const conversation = readConversation({
      request_body: request(user),
      response_body: JSON.stringify({
        choices: [{ message: { role: 'assistant', content: 'Hello' } }],
      }),
      prompt: 'Hi',
      response: 'Hello',
    })
    expect(conversation.messages).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }])
    expect(conversation.answers).toEqual([
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }] },
    ])
    expect(conversation.plainAnswer).toBeUndefined()
  })

  it('reads parts, images that are never loaded, and tool calls', () => {
    const { messages } = readConversation({
      request_body: request([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://example.org/x.png' } },
            { type: 'input_audio', input_audio: {} },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ function: { name: 'look', arguments: '{"at":1}' } }],
        },
      ]),
    })
    expect(messages[0]?.parts).toEqual([
      { kind: 'text', text: 'What is this?' },
      { kind: 'image' },
      { kind: 'attachment', type: 'input_audio' },
    ])
    expect(messages[1]?.parts).toEqual([
      { kind: 'tool-call', name: 'look', input: '{\n  "at": 1\n}' },
    ])
  })

  it('shows the words of a request that was cut in the middle', () => {
    const conversation = readConversation({
      request_body: '{"messages":[{"role":"user","content":"Once upon',
      prompt: 'Once upon',
      body_status: 'truncated',
    })
    expect(conversation.messages).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'Once upon' }] },
    ])
    expect(conversation.truncated).toBe(true)
  })

  it('shows an error answer as it came', () => {
    const body = '{"error":{"message":"slow down"}}'
    expect(readConversation({ request_body: request(user), response_body: body }).plainAnswer).toBe(
      body,
    )
  })

  it.each([
    [{}],
    [{ request_body: 'null', response_body: '[]' }],
    [{ request_body: '{"messages":"x"}' }],
    [{ request_body: { messages: [null, 1, 'x'] }, response_body: { choices: [{}] } }],
  ])('does not stumble over %j', (record) => {
    expect(() => readConversation(record)).not.toThrow()
  })
})
