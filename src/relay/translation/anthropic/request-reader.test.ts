import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conversation } from '../conversation.ts'
import { readMessagesRequest } from './request-reader.ts'

const HELLO = [{ role: 'user', content: 'Hello' }]

function read(body: object): Conversation {
  const result = readMessagesRequest({ model: 'm', max_tokens: 10, messages: HELLO, ...body })
  if (!result.ok) throw new Error(`${result.param}: ${result.message}`)
  expect(result.unsupported).toEqual([])
  return result.value
}

function readBlocks(role: string, ...content: unknown[]) {
  return read({ messages: [{ role, content }] }).messages[0]?.parts
}

function unsupported(body: object): readonly string[] {
  const result = readMessagesRequest({ messages: HELLO, ...body })
  return result.ok ? result.unsupported : [`refused: ${result.message}`]
}

function problem(body: object) {
  const result = readMessagesRequest({ messages: HELLO, ...body })
  return result.ok ? undefined : `${result.param} ${result.message}`
}

describe('a request of a messages caller', () => {
  it('is read with all that both sides know', () => {
    expect(
      read({
        system: 'Be brief.',
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        stop_sequences: ['END'],
        metadata: { user_id: 'u-1' },
        service_tier: 'auto',
        speed: 'standard',
        mcp_servers: [],
        container: null,
        stream: true,
      }),
    ).toEqual({
      system: [{ kind: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
      tools: [],
      maxTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stop: ['END'],
      user: 'u-1',
      stream: true,
    })
  })

  it('keeps the cache marks of system prompts, texts and tools', () => {
    const conversation = read({
      system: [
        { type: 'text', text: 'A', cache_control: { type: 'ephemeral' } },
        { type: 'text', text: 'B', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'text', text: 'C', cache_control: null },
      ],
      tools: [
        { name: 't', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } },
      ],
    })
    expect(conversation.system).toEqual([
      { kind: 'text', text: 'A', cacheMark: '5m' },
      { kind: 'text', text: 'B', cacheMark: '1h' },
      { kind: 'text', text: 'C' },
    ])
    expect(conversation.tools).toEqual([{ name: 't', cacheMark: '5m' }])
  })

  it('counts a system message amid the others to the system prompt', () => {
    const { system, messages } = read({
      system: 'A',
      messages: [...HELLO, { role: 'system', content: [{ type: 'text', text: 'B' }] }],
    })
    expect(system.map(({ text }) => text)).toEqual(['A', 'B'])
    expect(messages).toHaveLength(1)
  })

  it('may hold images as bytes or addresses', () => {
    const image = (source: object) => ({
      type: 'image',
      source,
      cache_control: { type: 'ephemeral' },
    })
    expect(
      readBlocks(
        'user',
        image({ type: 'base64', media_type: 'image/png', data: 'iVBO' }),
        image({ type: 'url', url: 'https://example.com/a.png' }),
      ),
    ).toEqual([
      { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
    ])
  })

  it('may hold documents as bytes, addresses or text', () => {
    expect(
      readBlocks(
        'user',
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
          title: 'Report',
          citations: { enabled: false },
        },
        { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
      ),
    ).toEqual([
      {
        kind: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
        name: 'Report',
      },
      { kind: 'document', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
      {
        kind: 'document',
        source: {
          kind: 'base64',
          mediaType: 'text/plain',
          data: Buffer.from('Grüße').toString('base64'),
        },
      },
    ])
  })

  it('tells the name of the tool with its result', () => {
    const { messages } = read({
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } },
            {
              type: 'tool_use',
              id: 'toolu_2',
              name: 'clock',
              input: {},
              caller: { type: 'direct' },
            },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: '18 °C' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_2',
              is_error: true,
              content: [
                { type: 'text', text: 'broken' },
                { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
              ],
            },
            { type: 'tool_result', tool_use_id: 'toolu_3' },
            { type: 'text', text: 'And now?' },
          ],
        },
      ],
    })
    expect(messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'tool_call', id: 'toolu_1', name: 'weather', arguments: '{"city":"Paris"}' },
          { kind: 'tool_call', id: 'toolu_2', name: 'clock', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            kind: 'tool_result',
            id: 'toolu_1',
            name: 'weather',
            parts: [{ kind: 'text', text: '18 °C' }],
          },
          {
            kind: 'tool_result',
            id: 'toolu_2',
            name: 'clock',
            parts: [
              { kind: 'text', text: 'broken' },
              { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
            ],
            isError: true,
          },
          { kind: 'tool_result', id: 'toolu_3', parts: [] },
          { kind: 'text', text: 'And now?' },
        ],
      },
    ])
  })

  it('gives back what the model thought', () => {
    expect(
      readBlocks(
        'assistant',
        { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
        { type: 'thinking', thinking: 'Hm', signature: '' },
        { type: 'redacted_thinking', data: 'ZW5j' },
        { type: 'text', text: 'Yes', citations: [{ type: 'char_location' }] },
      ),
    ).toEqual([
      { kind: 'thinking', text: 'Hm', signature: 'c2ln' },
      { kind: 'thinking', text: 'Hm' },
      { kind: 'thinking', text: '', redacted: 'ZW5j' },
      { kind: 'text', text: 'Yes' },
    ])
  })

  it('describes its tools', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } } }
    const { tools } = read({
      tools: [
        {
          type: 'custom',
          name: 'weather',
          description: 'Tells it',
          input_schema: schema,
          strict: true,
          eager_input_streaming: true,
          allowed_callers: ['direct'],
        },
        { name: 'clock', input_schema: { type: 'object', properties: {} } },
      ],
    })
    expect(tools).toEqual([
      { name: 'weather', description: 'Tells it', parameters: schema, strict: true },
      { name: 'clock' },
    ])
  })

  it.each([
    [{ type: 'auto' }, { kind: 'auto' }, undefined],
    [{ type: 'any' }, { kind: 'required' }, undefined],
    [{ type: 'none' }, { kind: 'none' }, undefined],
    [{ type: 'tool', name: 't' }, { kind: 'tool', name: 't' }, undefined],
    [{ type: 'auto', disable_parallel_tool_use: true }, { kind: 'auto' }, false],
    [{ type: 'any', disable_parallel_tool_use: false }, { kind: 'required' }, true],
  ])('reads the tool choice %j', (choice, expected, parallel) => {
    const { toolChoice, parallelToolCalls } = read({ tool_choice: choice })
    expect([toolChoice, parallelToolCalls]).toEqual([expected, parallel])
  })

  it.each([
    [
      { thinking: { type: 'enabled', budget_tokens: 2048 } },
      { budgetTokens: 2048, includeThoughts: true },
    ],
    [{ thinking: { type: 'disabled' } }, { effort: 'none' }],
    [{ thinking: { type: 'adaptive' } }, { includeThoughts: true }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { includeThoughts: false }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
    [
      { output_config: { effort: 'max' }, thinking: { type: 'adaptive' } },
      { effort: 'xhigh', includeThoughts: true },
    ],
    [{ output_config: { effort: null }, thinking: null }, undefined],
  ])('reads how much to think from %j', (body, expected) => {
    expect(read(body).reasoning).toEqual(expected)
  })

  it.each([['output_config'], ['output_format']])('reads a schema from %s', (name) => {
    const format = { type: 'json_schema', schema: { type: 'object' } }
    const body =
      name === 'output_config' ? { output_config: { format } } : { output_format: format }
    expect(read(body).format).toEqual({ kind: 'schema', schema: { type: 'object' } })
  })
})

describe('what has no equivalent elsewhere', () => {
  it.each([
    [{ container: 'c_1' }, 'container'],
    [{ mcp_servers: [{ url: 'x' }] }, 'mcp_servers'],
    [{ context_management: { edits: [] } }, 'context_management'],
    [{ service_tier: 'standard_only' }, 'service_tier'],
    [{ speed: 'fast' }, 'speed'],
    [{ inference_geo: 'eu' }, 'inference_geo'],
    [{ metadata: { user_id: 'u', team: 't' } }, 'metadata.team'],
    [{ thinking: { type: 'between_tools' } }, 'thinking.type'],
    [{ output_config: { task_budget: {} } }, 'output_config.task_budget'],
    [{ output_config: { effort: 'boundless' } }, 'output_config.effort'],
    [{ output_format: { type: 'xml' } }, 'output_format.type'],
    [{ tool_choice: { type: 'some' } }, 'tool_choice.type'],
    [{ tools: [{ type: 'web_search_20260318', name: 'web_search' }] }, 'tools.0.type'],
    [{ tools: [{ type: 'bash_20250124', name: 'bash' }] }, 'tools.0.type'],
    [{ tools: [{ type: 'computer_toolset_20260801' }] }, 'tools.0.type'],
    [{ tools: [{ name: 't', defer_loading: true }] }, 'tools.0.defer_loading'],
    [
      { tools: [{ name: 't', allowed_callers: ['code_execution_20260521'] }] },
      'tools.0.allowed_callers',
    ],
    [{ surprise: 1 }, 'surprise'],
  ])('is named: %j', (body, name) => {
    expect(unsupported(body)).toEqual([name])
  })

  it.each([
    [{ type: 'search_result', content: [] }, 'messages.0.content.0.type'],
    [{ type: 'server_tool_use', id: 'x' }, 'messages.0.content.0.type'],
    [{ type: 'container_upload', file_id: 'x' }, 'messages.0.content.0.type'],
    [{ type: 'image', source: { type: 'file', file_id: 'f' } }, 'messages.0.content.0.source.type'],
    [
      { type: 'document', source: { type: 'content', content: [] } },
      'messages.0.content.0.source.type',
    ],
    [
      { type: 'document', source: { type: 'url', url: 'u' }, citations: { enabled: true } },
      'messages.0.content.0.citations',
    ],
    [
      { type: 'document', source: { type: 'url', url: 'u' }, context: 'c' },
      'messages.0.content.0.context',
    ],
    [
      { type: 'tool_result', tool_use_id: 't', content: [{ type: 'tool_reference' }] },
      'messages.0.content.0.content.0.type',
    ],
  ])('is named by its place: %j', (block, name) => {
    expect(unsupported({ messages: [{ role: 'user', content: [block] }] })).toEqual([name])
  })
})

describe('a request that is wrong', () => {
  it.each([
    [{ messages: undefined }, 'messages is required'],
    [{ messages: 'Hi' }, 'messages must be a list'],
    [{ messages: ['Hi'] }, 'messages.0 must be an object'],
    [
      { messages: [{ role: 'tool', content: 'x' }] },
      'messages.0.role must be user, assistant or system',
    ],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content is required'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages.0.content must be a string or a list'],
    [{ max_tokens: '10' }, 'max_tokens must be an integer'],
    [{ temperature: 'warm' }, 'temperature must be a number'],
    [{ stop_sequences: ['a', 1] }, 'stop_sequences.1 must be a string'],
    [{ stream: 'yes' }, 'stream must be a boolean'],
    [{ system: 5 }, 'system must be a string or a list'],
    [{ tools: [{ name: 5 }] }, 'tools.0.name must be a string'],
    [
      { tools: [{ name: 'a' }, { name: 'b', input_schema: [] }] },
      'tools.1.input_schema must be an object',
    ],
    [{ tool_choice: 'auto' }, 'tool_choice must be an object'],
    [{ tool_choice: { type: 'tool' } }, 'tool_choice.name is required'],
    [
      { output_config: { format: { type: 'json_schema' } } },
      'output_config.format.schema is required',
    ],
  ])('is refused with the place of the fault: %j', (body, expected) => {
    expect(problem(body)).toBe(expected)
  })

  it.each([
    ['user', { text: 'x' }, 'messages.1.content.1.type is required'],
    ['user', { type: 'text' }, 'messages.1.content.1.text is required'],
    ['user', { type: 'image' }, 'messages.1.content.1.source is required'],
    ['user', { type: 'tool_result' }, 'messages.1.content.1.tool_use_id is required'],
    [
      'user',
      { type: 'tool_use' },
      'messages.1.content.1.type tool_use cannot stand in a message of role user',
    ],
    [
      'assistant',
      { type: 'image' },
      'messages.1.content.1.type image cannot stand in a message of role assistant',
    ],
    [
      'assistant',
      { type: 'tool_use', id: 'a', name: 'b', input: '{}' },
      'messages.1.content.1.input must be an object',
    ],
  ])('is refused with the block of the %s: %j', (role, block, expected) => {
    const content = [{ type: 'text', text: 'a' }, block]
    expect(problem({ messages: [...HELLO, { role, content }] })).toBe(expected)
  })

  it('never throws and leaves prototypes alone, however it looks', () => {
    const names = [
      'messages',
      'system',
      'tools',
      'tool_choice',
      'thinking',
      'output_config',
      'stop_sequences',
      'metadata',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 4 }), (name, value) => {
        readMessagesRequest({ messages: HELLO, [name]: value })
        readMessagesRequest({ messages: HELLO, [name]: [value] })
        readMessagesRequest({ messages: [{ role: 'user', content: [value] }] })
        for (const type of ['text', 'image', 'document', 'tool_result']) {
          const block = { type, source: value, content: value, text: value, cache_control: value }
          readMessagesRequest({ messages: [{ role: 'user', content: [block] }] })
        }
      }),
    )
    const evil = JSON.parse(
      '{"__proto__":{"polluted":1},"messages":[{"__proto__":{"polluted":1}}]}',
    )
    readMessagesRequest(evil as object as Record<string, unknown>)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('never throws, however deep it is nested', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
    const call = { type: 'tool_use', id: 'a', name: 'b', input: deep }
    expect(problem({ messages: [{ role: 'assistant', content: [call] }] })).toBe(
      'messages.0.content.0.input is nested too deep',
    )
    const result = '{"type":"tool_result","tool_use_id":"t","content":['
    const nested: unknown = JSON.parse(`${result.repeat(20_000)}${']}'.repeat(20_000)}`)
    expect(unsupported({ messages: [{ role: 'user', content: [nested] }] })).toEqual([
      'messages.0.content.0.content.0.type',
    ])
  })
})
