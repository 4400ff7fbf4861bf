import { describe, expect, it } from 'vitest'
import type { Conversation, Message, Part, Reasoning } from '../conversation.ts'
import { writeRequest } from './write-request.ts'

const EMPTY: Conversation = { system: [], messages: [], tools: [], stream: false }

interface Written {
  readonly messages: readonly Readonly<Record<string, unknown>>[]
  readonly [name: string]: unknown
}

function write(given: Partial<Conversation>, model = 'gpt-4o'): Written {
  const written = writeRequest({ ...EMPTY, ...given }, model)
  if (!written.ok) throw new Error(written.message)
  return written.value as Written
}

function unsupported(given: Partial<Conversation>): readonly string[] {
  const written = writeRequest({ ...EMPTY, ...given }, 'gpt-4o')
  return written.ok ? written.unsupported : []
}

function user(...parts: readonly Part[]): Message {
  return { role: 'user', parts }
}

function assistant(...parts: readonly Part[]): Message {
  return { role: 'assistant', parts }
}

const PDF = { kind: 'base64', mediaType: 'application/pdf', data: 'AAAA' } as const
const PNG = { kind: 'base64', mediaType: 'image/png', data: 'BBBB' } as const
const CALL: Part = { kind: 'tool_call', id: 'c', name: 'f', arguments: '' }

describe('a request to a chat provider', () => {
  it('asks for usage when it streams', () => {
    expect(write({ stream: true })).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(write({})).not.toHaveProperty('stream')
  })

  it.each([
    ['gpt-4o', 'max_tokens'],
    ['gpt-35-turbo', 'max_tokens'],
    ['deepseek-chat', 'max_tokens'],
    ['openai/gpt-oss-20b', 'max_tokens'],
    ['gpt-5-mini', 'max_completion_tokens'],
    ['gpt-5.1', 'max_completion_tokens'],
    ['o3-mini', 'max_completion_tokens'],
    ['openai/o1', 'max_completion_tokens'],
  ])('to %s limits the answer by %s', (model, name) => {
    expect(write({ maxTokens: 9 }, model)).toHaveProperty(name, 9)
  })

  it('joins texts, for not every provider takes lists of them', () => {
    const { messages } = write({
      system: [
        { kind: 'text', text: 'A' },
        { kind: 'text', text: 'B', cacheMark: '5m' },
      ],
      messages: [user({ kind: 'text', text: 'C' }, { kind: 'text', text: 'D' })],
    })
    expect(messages).toEqual([
      { role: 'system', content: 'A\n\nB' },
      { role: 'user', content: 'C\n\nD' },
    ])
  })

  it('shows in a message of the user what a tool has drawn', () => {
    const { messages } = write({
      messages: [
        assistant(CALL),
        user(
          { kind: 'text', text: 'And?' },
          { kind: 'tool_result', id: 'c', parts: [{ kind: 'image', source: PNG }] },
        ),
      ],
    })
    expect(messages.slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'c', content: 'The result is in the next message.' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,BBBB' } },
          { type: 'text', text: 'And?' },
        ],
      },
    ])
  })

  it('says in words that a tool has failed', () => {
    const result = (text: string): Message =>
      user({ kind: 'tool_result', id: 'c', parts: [{ kind: 'text', text }], isError: true })
    const { messages } = write({ messages: [result('no file'), result('Error: no file')] })
    expect(messages.map(({ content }) => content)).toEqual(['Error: no file', 'Error: no file'])
  })

  it('leaves earlier thoughts out, and turns that hold nothing else', () => {
    const thought: Part = { kind: 'thinking', text: 'Hm', signature: 's' }
    const { messages } = write({
      messages: [assistant(thought), assistant(thought, { kind: 'text', text: 'So' })],
    })
    expect(messages).toEqual([{ role: 'assistant', content: 'So' }])
  })

  it('gives thoughts back to DeepSeek with the calls they led to', () => {
    const { messages } = write(
      { messages: [assistant({ kind: 'thinking', text: 'Hm' }, CALL), assistant(CALL)] },
      'deepseek-reasoner',
    )
    expect(messages.map(({ reasoning_content }) => reasoning_content)).toEqual(['Hm', ''])
  })

  it('gives a call without arguments an empty object', () => {
    const { messages } = write({ messages: [assistant(CALL)] })
    expect(messages[0]).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    })
  })

  it('says files of text as text, and gives other files a name', () => {
    const data = Buffer.from('größer').toString('base64')
    const { messages } = write({
      messages: [
        user(
          { kind: 'document', source: PDF },
          { kind: 'document', source: { ...PDF, mediaType: 'text/plain', data }, name: 'a.txt' },
        ),
      ],
    })
    expect(messages[0]?.content).toEqual([
      {
        type: 'file',
        file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' },
      },
      { type: 'text', text: 'a.txt:\ngrößer' },
    ])
  })

  it('says nothing of tools when there are none', () => {
    const written = write({ toolChoice: { kind: 'auto' }, parallelToolCalls: false })
    expect(Object.keys(written)).toEqual(['model', 'messages'])
  })

  it.each<[Reasoning, string, object]>([
    [{ effort: 'high', budgetTokens: 1 }, 'gpt-5', { reasoning_effort: 'high' }],
    [{ budgetTokens: 0 }, 'gpt-5.1', { reasoning_effort: 'none' }],
    [{ budgetTokens: 1_024 }, 'gpt-5', { reasoning_effort: 'low' }],
    [{ budgetTokens: 10_000 }, 'gpt-5', { reasoning_effort: 'medium' }],
    [{ budgetTokens: 32_000 }, 'gpt-5', { reasoning_effort: 'high' }],
    [{ budgetTokens: -1 }, 'gpt-5', {}],
    [{ includeThoughts: true }, 'gpt-5', {}],
    [{ effort: 'none' }, 'deepseek-chat', { thinking: { type: 'disabled' } }],
  ])('turns %j for %s into %j', (reasoning, model, expected) => {
    const { model: _, messages: __, ...rest } = write({ reasoning }, model)
    expect(rest).toEqual(expected)
  })

  it('gives a schema without a name one', () => {
    const written = write({ format: { kind: 'schema', schema: { type: 'object' } } })
    expect(written.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: { type: 'object' } },
    })
  })

  it.each<[string, Partial<Conversation>]>([
    ['top_k', { topK: 40 }],
    [
      'messages[0].content[1]',
      {
        messages: [
          user(
            { kind: 'text', text: 'Hi' },
            { kind: 'document', source: { kind: 'url', url: 'https://a/b.pdf' } },
          ),
        ],
      },
    ],
    [
      'messages[0].content[0]',
      {
        messages: [
          user({
            kind: 'audio',
            source: { kind: 'url', url: 'https://a/b.mp3', mediaType: 'audio/mpeg' },
          }),
        ],
      },
    ],
    [
      'messages[0].content[0]',
      { messages: [user({ kind: 'audio', source: { ...PDF, mediaType: 'audio/flac' } })] },
    ],
    ['messages[0].content[0]', { messages: [assistant({ kind: 'image', source: PNG })] }],
    [
      'messages[0].content[0]',
      {
        messages: [
          user({
            kind: 'tool_result',
            id: 'c',
            parts: [{ kind: 'document', source: { kind: 'url', url: 'https://a' } }],
          }),
        ],
      },
    ],
  ])('names what it cannot say: %s', (name, given) => {
    expect(unsupported(given)).toEqual([name])
  })
})
