import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import anthropic from '../../../test/fixtures/answers/anthropic-messages.json'
import gemini from '../../../test/fixtures/answers/google-generate.json'
import chat from '../../../test/fixtures/answers/openai-chat.json'
import completion from '../../../test/fixtures/answers/openai-completions.json'
import embedding from '../../../test/fixtures/answers/openai-embeddings.json'
import picture from '../../../test/fixtures/answers/openai-image.json'
import responses from '../../../test/fixtures/answers/openai-responses.json'
import transcript from '../../../test/fixtures/answers/openai-transcription.json'
import { readConversation } from './conversation.ts'

const USER = [{ role: 'user', content: 'Hi' }]

/** A request of each protocol with an answer to it. */
const CALLS: readonly (readonly [string, object, object])[] = [
  ['chat', { model: 'gpt-4o', messages: USER }, chat],
  ['Messages', { model: 'claude', max_tokens: 5, messages: USER }, anthropic],
  ['Gemini', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }, gemini],
  ['Responses', { model: 'gpt-5', input: 'Hi' }, responses],
  ['completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' }, completion],
  ['embeddings', { model: 'text-embedding-3-small', input: 'Hi' }, embedding],
  ['pictures', { model: 'gpt-image-1', prompt: 'Hi' }, picture],
  ['transcripts', { prompt: 'Hi', file: { bytes: 1 } }, transcript],
]

describe('readConversation', () => {
  it.each(CALLS)('reads both bodies of %s', (_, request, answer) => {
    const { messages, answers, plainAnswer } = readConversation({
      request_body: JSON.stringify(request),
      response_body: JSON.stringify(answer),
    })
    expect(messages).toHaveLength(1)
    expect(messages[0]?.role).toBe('user')
    expect(messages[0]?.parts[0]).toEqual({ kind: 'text', text: 'Hi' })
    expect(answers).toHaveLength(1)
    expect(answers[0]?.role).toBe('assistant')
    expect(answers[0]?.parts).not.toEqual([])
    expect(plainAnswer).toBeUndefined()
  })

  it.each([
    [
      'chat',
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'look' } }] },
          { role: 'tool', tool_call_id: 'c', content: 'A cat.' },
        ],
      },
    ],
    [
      'Messages',
      {
        messages: [
          { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'look' }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'A cat.' }] },
        ],
      },
    ],
    [
      'Gemini',
      {
        contents: [
          { role: 'model', parts: [{ functionCall: { name: 'look' } }] },
          {
            role: 'user',
            parts: [{ functionResponse: { name: 'look', response: { result: 'A cat.' } } }],
          },
        ],
      },
    ],
    [
      'Responses',
      {
        input: [
          { type: 'function_call', call_id: 'c', name: 'look' },
          { type: 'function_call_output', call_id: 'c', output: 'A cat.' },
        ],
      },
    ],
  ])('gives the result of a tool the name of its call in %s', (_, request) => {
    const { messages } = readConversation({ request_body: JSON.stringify(request) })
    expect(messages[1]).toMatchObject({
      role: 'tool',
      parts: [{ kind: 'tool-result', name: 'look', parts: [{ kind: 'text', text: 'A cat.' }] }],
    })
  })

  it('shows a request that was cut in the middle as far as it goes', () => {
    const conversation = readConversation({
      request_body:
        '{"system":"Be brief.","messages":[{"role":"assistant","content":"Hello"},{"role":"user","content":"Once upon',
      prompt: 'Hello\nOnce upon',
      body_status: 'truncated',
    })
    expect(conversation.messages.map(({ role }) => role)).toEqual(['system', 'assistant', 'user'])
    expect(conversation.messages[2]?.parts).toEqual([{ kind: 'text', text: 'Once upon' }])
    expect(conversation.truncated).toBe(true)
  })

  it('shows the words of a request whose form nobody knows', () => {
    const conversation = readConversation({ request_body: '{"query":"cats"}', prompt: 'cats' })
    expect(conversation.messages).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'cats' }] },
    ])
  })

  it('shows an error answer as it came', () => {
    const response_body = '{"error":{"message":"slow down"}}'
    const request_body = JSON.stringify({ messages: USER })
    expect(readConversation({ request_body, response_body }).plainAnswer).toBe(response_body)
  })

  it('shortens base64 in an answer of unknown form', () => {
    const response_body = `{"film":"${'QUJD'.repeat(1_000)}"}`
    expect(readConversation({ response_body }).plainAnswer).toBe(`{"film":"${'QUJD'.repeat(6)}…"}`)
  })

  it.each([
    [{}],
    [{ request_body: null, response_body: 7 }],
    [{ request_body: 'null', response_body: '[]' }],
    [{ request_body: '{"messages":"x"}' }],
    [{ request_body: { messages: [null, 1, 'x'] }, response_body: { choices: [{}] } }],
    [{ request_body: '{"__proto__":{"messages":[{}]},"messages":[{"role":"__proto__"}]}' }],
  ])('does not stumble over %j', (record) => {
    expect(() => readConversation(record)).not.toThrow()
  })

  it('does not stumble over wrong values anywhere, nor over where a body was cut', () => {
    const bodies = CALLS.flatMap(([, request, answer]) => [request, answer])
    const spoiled = fc
      .tuple(fc.constantFrom(...bodies), fc.nat(), fc.jsonValue({ maxDepth: 2 }), fc.nat())
      .map(([body, place, value, cut]) => {
        let seen = 0
        const text = JSON.stringify(body, (name, given: unknown) =>
          name !== '' && seen++ === place % 40 ? value : given,
        )
        return cut % 2 === 0 ? text : text.slice(0, cut % text.length)
      })
    fc.assert(
      fc.property(spoiled, spoiled, (request_body, response_body) => {
        readConversation({ request_body, response_body })
      }),
    )
    const deep = '{"content":['.repeat(50_000) + ']}'.repeat(50_000)
    const request_body = `{"messages":[${deep}]}`
    expect(() => readConversation({ request_body, response_body: deep })).not.toThrow()
  })
})
