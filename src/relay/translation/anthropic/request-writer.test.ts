import { describe, expect, it } from 'vitest'
import type { Conversation, Part, ToolResultPart } from '../conversation.ts'
import { writeMessagesRequest } from './request-writer.ts'

/** Takes everything but forced tools while it thinks. */
const BUDGET_MODEL = 'claude-sonnet-4-0'
const ADAPTIVE_MODEL = 'claude-opus-4-7'

const HELLO: Conversation = {
  system: [],
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  tools: [],
  stream: false,
}

const TOOL = { name: 't', parameters: { type: 'object', properties: { a: {} } } }

function write(change: Partial<Conversation>, model = BUDGET_MODEL): Record<string, unknown> {
  const { body, unsupported } = translate(change, model)
  expect(unsupported).toEqual([])
  return body
}

function translate(change: Partial<Conversation>, model = BUDGET_MODEL) {
  const result = writeMessagesRequest({ ...HELLO, ...change }, model)
  if (!result.ok) throw new Error(result.message)
  return { body: result.value as Record<string, unknown>, unsupported: result.unsupported }
}

function problem(change: Partial<Conversation>): string | undefined {
  const result = writeMessagesRequest({ ...HELLO, ...change }, BUDGET_MODEL)
  return result.ok ? undefined : `${result.param} ${result.message}`
}

function contentOf(...parts: Part[]) {
  const { messages } = write({ messages: [{ role: 'user', parts }] })
  return (messages as { content: unknown }[])[0]?.content
}

describe('a request to Anthropic', () => {
  it('is as short as it can be', () => {
    expect(write({})).toEqual({
      model: BUDGET_MODEL,
      max_tokens: 8192,
      messages: [{ role: 'user', content: 'Hello' }],
    })
  })

  it('says all that both sides know', () => {
    expect(
      write({
        system: [{ kind: 'text', text: 'Be brief.' }],
        tools: [{ ...TOOL, description: 'd', strict: true, cacheMark: '1h' }, { name: 'u' }],
        maxTokens: 50,
        temperature: 0.5,
        topP: 0.9,
        topK: 4,
        stop: ['END'],
        user: 'u-1',
        presencePenalty: 0,
        frequencyPenalty: 0,
        stream: true,
      }),
    ).toEqual({
      model: BUDGET_MODEL,
      max_tokens: 50,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hello' }],
      tools: [
        {
          name: 't',
          description: 'd',
          input_schema: { type: 'object', properties: { a: {} } },
          strict: true,
          cache_control: { type: 'ephemeral', ttl: '1h' },
        },
        { name: 'u', input_schema: { type: 'object', properties: {} } },
      ],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
      stream: true,
    })
  })

  it('has several system prompts as blocks, with their cache marks', () => {
    const { system } = write({
      system: [
        { kind: 'text', text: 'A' },
        { kind: 'text', text: ' ' },
        { kind: 'text', text: 'B', cacheMark: '5m' },
      ],
    })
    expect(system).toEqual([
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B', cache_control: { type: 'ephemeral' } },
    ])
  })

  it('merges messages of one role, with the results of tools first', () => {
    const result = (id: string): ToolResultPart => ({
      kind: 'tool_result',
      id,
      parts: [{ kind: 'text', text: id }],
    })
    const call = (id: string): Part => ({ kind: 'tool_call', id, name: 't', arguments: '{"a":1}' })
    const { messages } = write({
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'Go' }] },
        { role: 'assistant', parts: [call('a'), call('b')] },
        { role: 'user', parts: [result('a')] },
        { role: 'user', parts: [{ kind: 'text', text: 'And?' }, result('b')] },
      ],
    })
    expect(messages).toEqual([
      { role: 'user', content: 'Go' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 't', input: { a: 1 } },
          { type: 'tool_use', id: 'b', name: 't', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'a' },
          { type: 'tool_result', tool_use_id: 'b', content: 'b' },
          { type: 'text', text: 'And?' },
        ],
      },
    ])
  })

  it('leaves out empty texts and the messages they leave empty', () => {
    const { messages } = write({
      messages: [
        { role: 'user', parts: [{ kind: 'text', text: 'A' }] },
        { role: 'assistant', parts: [{ kind: 'text', text: '' }] },
        {
          role: 'user',
          parts: [
            { kind: 'text', text: ' \n' },
            { kind: 'text', text: 'B' },
          ],
        },
      ],
    })
    expect(messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ],
      },
    ])
  })

  it('ends an answer that is to be continued without white space', () => {
    const { messages } = write({
      messages: [
        ...HELLO.messages,
        { role: 'assistant', parts: [{ kind: 'text', text: 'It is \n' }] },
      ],
    })
    expect(messages).toMatchObject([{}, { role: 'assistant', content: 'It is' }])
  })

  it('has images as bytes or addresses', () => {
    const image = (mediaType: string): Part => ({
      kind: 'image',
      source: { kind: 'base64', mediaType, data: 'iVBO' },
      detail: 'high',
    })
    expect(
      contentOf(image('image/png'), image('image/jpg'), {
        kind: 'image',
        source: { kind: 'url', url: 'https://example.com/a.png' },
      }),
    ).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'iVBO' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
    ])
  })

  it('has PDF documents as bytes or addresses, others as text', () => {
    const document = (mediaType: string, data: string): Part => ({
      kind: 'document',
      source: { kind: 'base64', mediaType, data },
      name: 'doc',
    })
    expect(
      contentOf(
        document('application/pdf', 'JVBE'),
        document('text/markdown', Buffer.from('# Grüße').toString('base64')),
        { kind: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
      ),
    ).toEqual([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
        title: 'doc',
      },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: '# Grüße' },
        title: 'doc',
      },
      { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
    ])
  })

  it('gives thoughts back only with the proof that the model had them', () => {
    const { messages } = write({
      messages: [
        ...HELLO.messages,
        {
          role: 'assistant',
          parts: [
            { kind: 'thinking', text: 'Hm', signature: 'c2ln' },
            { kind: 'thinking', text: 'Unproven' },
            { kind: 'thinking', text: '', redacted: 'ZW5j' },
            { kind: 'refusal', text: 'No.' },
          ],
        },
      ],
    })
    expect(messages).toMatchObject([
      {},
      {
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'ZW5j' },
          { type: 'text', text: 'No.' },
        ],
      },
    ])
  })

  it('has errors, images and nothing as results of tools', () => {
    const result = (change: Partial<ToolResultPart>): Part => ({
      kind: 'tool_result',
      id: 'a',
      parts: [],
      ...change,
    })
    const image = { kind: 'image', source: { kind: 'url', url: 'u' } } as const
    expect(contentOf(result({ isError: true }), result({ parts: [image] }))).toEqual([
      { type: 'tool_result', tool_use_id: 'a', is_error: true },
      {
        type: 'tool_result',
        tool_use_id: 'a',
        content: [{ type: 'image', source: { type: 'url', url: 'u' } }],
      },
    ])
  })

  it('has ids of calls in the letters that are taken, the same in the result', () => {
    const ids = ['call:1', 'call.1', 'call_1', 'ä', '']
    const { messages } = write({
      messages: [
        {
          role: 'assistant',
          parts: ids.map((id) => ({ kind: 'tool_call', id, name: 't', arguments: '' })),
        },
        { role: 'user', parts: ids.map((id) => ({ kind: 'tool_result', id, parts: [] })) },
      ],
    })
    const [calls, results] = messages as { content: Record<string, string>[] }[]
    const callIds = calls?.content.map(({ id }) => id) ?? []
    expect(results?.content.map(({ tool_use_id: id }) => id)).toEqual(callIds)
    expect(new Set(callIds).size).toBe(ids.length)
    expect(callIds[2]).toBe('call_1')
    for (const id of callIds) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
  })

  it.each([['{"a":'], ['[1]'], ['"text"'], ['null']])(
    'is refused when the arguments of a call are %s',
    (text) => {
      const call: Part = { kind: 'tool_call', id: 'c1', name: 't', arguments: text }
      expect(problem({ messages: [{ role: 'assistant', parts: [call] }] })).toBe(
        'messages the arguments of tool call c1 are not a JSON object',
      )
    },
  )

  it('is refused when there is nothing to answer', () => {
    const expected = 'messages at least one message with content is needed'
    expect(problem({ messages: [] })).toBe(expected)
    expect(problem({ messages: [{ role: 'user', parts: [{ kind: 'text', text: '' }] }] })).toBe(
      expected,
    )
  })
})

describe('the choice of tools', () => {
  it.each<[Partial<Conversation>, object | undefined]>([
    [{}, undefined],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ toolChoice: { kind: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { kind: 'none' }, parallelToolCalls: false }, { type: 'none' }],
    [
      { toolChoice: { kind: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ toolChoice: { kind: 'tool', name: 't' } }, { type: 'tool', name: 't' }],
  ])('%j becomes %j', (change, expected) => {
    expect(write({ tools: [TOOL], ...change }).tool_choice).toEqual(expected)
  })

  it('says nothing where there are no tools', () => {
    expect(write({ toolChoice: { kind: 'auto' }, parallelToolCalls: false })).not.toHaveProperty(
      'tool_choice',
    )
    expect(translate({ toolChoice: { kind: 'required' } }).unsupported).toEqual(['tool_choice'])
  })

  it.each([
    [ADAPTIVE_MODEL, { effort: 'low' }],
    [BUDGET_MODEL, { effort: 'low' }],
    ['claude-opus-5-5', undefined],
    ['claude-fable-5-2', undefined],
  ] as const)('cannot force %s with reasoning %j', (model, reasoning) => {
    const forced = {
      tools: [TOOL],
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
    } as const
    const { body, unsupported } = translate({ ...forced, ...(reasoning && { reasoning }) }, model)
    expect(unsupported).toEqual(['tool_choice'])
    expect(body.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true })
  })
})

describe('the form of the answer', () => {
  it('is a schema whose objects are closed', () => {
    const item = { type: 'object', properties: { b: { type: ['object', 'null'] } } }
    const { output_config: config } = write({
      format: {
        kind: 'schema',
        name: 'n',
        strict: true,
        schema: {
          type: 'object',
          properties: { a: { type: 'array', items: item }, c: { anyOf: [item, { type: 'null' }] } },
          $defs: { d: { type: 'object', additionalProperties: { type: 'string' } } },
        },
      },
    })
    const closed = {
      type: 'object',
      properties: { b: { type: ['object', 'null'], additionalProperties: false } },
      additionalProperties: false,
    }
    expect(config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            a: { type: 'array', items: closed },
            c: { anyOf: [closed, { type: 'null' }] },
          },
          $defs: { d: { type: 'object', additionalProperties: { type: 'string' } } },
          additionalProperties: false,
        },
      },
    })
  })

  it('cannot be JSON without a schema', () => {
    const { body, unsupported } = translate({ format: { kind: 'json' } })
    expect(unsupported).toEqual(['response_format'])
    expect(body).not.toHaveProperty('output_config')
    expect(write({ format: { kind: 'text' } })).not.toHaveProperty('output_config')
  })
})

describe('what Anthropic has no equivalent for', () => {
  it.each<[Partial<Conversation>, string]>([
    [{ seed: 0 }, 'seed'],
    [{ presencePenalty: 0.5 }, 'presence_penalty'],
    [{ frequencyPenalty: -1 }, 'frequency_penalty'],
    [{ stop: ['\n', 'END'] }, 'stop'],
  ])('is named: %j', (change, name) => {
    expect(translate(change).unsupported).toEqual([name])
  })

  it.each<[Part, string]>([
    [{ kind: 'audio', source: { kind: 'url', url: 'u' } }, 'messages.content.audio'],
    [
      { kind: 'image', source: { kind: 'base64', mediaType: 'image/tiff', data: '' } },
      'messages.content.image.media_type',
    ],
    [
      { kind: 'image', source: { kind: 'url', url: 'u' }, detail: 'low' },
      'messages.content.image.detail',
    ],
    [
      { kind: 'document', source: { kind: 'base64', mediaType: 'application/zip', data: '' } },
      'messages.content.document.media_type',
    ],
  ])('is named: %j', (part, name) => {
    const parts: Part[] = [{ kind: 'text', text: 'Look' }, part]
    expect(translate({ messages: [{ role: 'user', parts }] }).unsupported).toEqual([name])
  })

  it('keeps the stop sequences that are taken', () => {
    expect(translate({ stop: ['\n', 'END'] }).body.stop_sequences).toEqual(['END'])
    expect(translate({ stop: ['\n'] }).body).not.toHaveProperty('stop_sequences')
  })
})
