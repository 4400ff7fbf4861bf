import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDamaged } from '../../../../test/support/any-json.ts'
import type { Conversation } from '../conversation.ts'
import { chatProviderCodec } from '../openai/chat-codec.ts'
import { readRequest } from './read-request.ts'

function read(body: Readonly<Record<string, unknown>>): Conversation {
  const read = readRequest({ model: 'm', input: 'Hi', ...body }, { stream: false })
  if (!read.ok) throw new Error(`${read.param}: ${read.message}`)
  expect(read.unsupported).toEqual([])
  return read.value
}

function unsupported(body: Readonly<Record<string, unknown>>): readonly string[] {
  const read = readRequest({ model: 'm', input: 'Hi', ...body }, { stream: false })
  return read.ok ? read.unsupported : []
}

function problem(body: Readonly<Record<string, unknown>>): string {
  const read = readRequest({ model: 'm', ...body }, { stream: false })
  return read.ok ? 'none' : `${read.param} ${read.message}`
}

describe('parameters of a response', () => {
  it('are taken over when they have an equivalent', () => {
    const conversation = read({
      instructions: 'Be brief',
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: 'max', summary: 'auto' },
      text: { format: { type: 'json_object' }, verbosity: 'medium' },
      user: 'u1',
      stream: true,
    })
    expect(conversation).toEqual({
      system: [{ kind: 'text', text: 'Be brief' }],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
      tools: [],
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      reasoning: { effort: 'xhigh', includeThoughts: true },
      format: { kind: 'json' },
      user: 'u1',
      stream: true,
    })
  })

  it('are as good as absent when they change nothing in the answer', () => {
    const conversation = read({
      store: true,
      background: false,
      truncation: 'disabled',
      top_logprobs: 0,
      service_tier: 'auto',
      include: ['reasoning.encrypted_content'],
      metadata: { a: 'b' },
      parallel_tool_calls: true,
      prompt_cache_key: 'k',
      stream_options: { include_obfuscation: false },
      text: { format: { type: 'text' } },
      reasoning: { effort: null, summary: null },
      previous_response_id: null,
      conversation: null,
    })
    expect(conversation).toEqual(read({}))
    expect(read({ store: false })).toEqual(read({}))
  })

  it.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['background', { background: true }],
    ['include', { include: ['message.output_text.logprobs'] }],
    ['truncation', { truncation: 'auto' }],
    ['prompt', { prompt: { id: 'p' }, input: null }],
    ['max_tool_calls', { max_tool_calls: 1 }],
    ['text.verbosity', { text: { verbosity: 'low' } }],
    ['text.format.type', { text: { format: { type: 'grammar' } } }],
    ['tools[0].type', { tools: [{ type: 'web_search' }] }],
    ['tool_choice', { tool_choice: { type: 'file_search' } }],
    ['input[0].type', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    [
      'input[0].content[0].file_id',
      {
        input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f', detail: 'auto' }] }],
      },
    ],
  ])('%s is named when it has no equivalent', (name, body) => {
    expect(unsupported(body)).toEqual([name])
  })

  it.each([
    ['input is required', {}],
    ['input must be a string or', { input: 5 }],
    ['input[0] must be an object', { input: ['Hi'] }],
    ['input[0].role must be one of', { input: [{ role: 'tool', content: 'x' }] }],
    ['input[0].content is required', { input: [{ role: 'user' }] }],
    ['input[0].call_id is required', { input: [{ type: 'function_call_output', output: 'x' }] }],
    ['input[0].output is required', { input: [{ type: 'function_call_output', call_id: 'x' }] }],
    ['max_output_tokens must be an integer', { input: 'Hi', max_output_tokens: '9' }],
    ['text.format.name is required', { input: 'Hi', text: { format: { type: 'json_schema' } } }],
    ['tools[0].name is required', { input: 'Hi', tools: [{ type: 'function' }] }],
  ])('are refused: %s', (expected, body) => {
    expect(problem(body)).toContain(expected)
  })

  it('take functions and the choice among them', () => {
    const f = { name: 'f', description: 'does', parameters: { type: 'object' }, strict: true }
    const tools = [
      { type: 'function', ...f },
      { type: 'function', name: 'g', parameters: null, strict: null },
    ]
    expect(read({ tools, tool_choice: { type: 'function', name: 'f' } })).toMatchObject({
      tools: [f, { name: 'g' }],
      toolChoice: { kind: 'tool', name: 'f' },
    })
    const allowed = {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'function', name: 'g' }],
    }
    expect(read({ tools, tool_choice: allowed }).tools).toEqual([{ name: 'g' }])
  })

  it('take a schema of the answer', () => {
    const schema = { name: 'a', schema: { type: 'object' }, strict: true }
    expect(read({ text: { format: { type: 'json_schema', ...schema } } }).format).toEqual({
      kind: 'schema',
      ...schema,
    })
  })
})

describe('items of the input', () => {
  it('become messages with texts, images and files', () => {
    const content = [
      { type: 'input_text', text: 'Look' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'high' },
      { type: 'input_file', file_url: 'https://a/b.pdf' },
      { type: 'input_file', filename: 'c.pdf', file_data: 'data:application/pdf;base64,BBBB' },
    ]
    const input = [
      { role: 'developer', content: 'A' },
      { role: 'user', content },
    ]
    expect(read({ input })).toMatchObject({
      system: [{ text: 'A' }],
      messages: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'Look' },
            {
              kind: 'image',
              source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' },
              detail: 'high',
            },
            { kind: 'document', source: { kind: 'url', url: 'https://a/b.pdf' } },
            {
              kind: 'document',
              source: { kind: 'base64', mediaType: 'application/pdf', data: 'BBBB' },
              name: 'c.pdf',
            },
          ],
        },
      ],
    })
  })

  it('of one answer become one message, and results of tools another', () => {
    const input = [
      { role: 'user', content: 'Weather?' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: 'bellwether:signature:proof',
      },
      {
        type: 'reasoning',
        id: 'rs_2',
        summary: [],
        encrypted_content: 'bellwether:redacted:secret',
      },
      { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'of OpenAI' },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'So', annotations: [], logprobs: [] }],
      },
      {
        type: 'function_call',
        id: 'fc_1',
        status: 'completed',
        call_id: 'c1',
        name: 'f',
        arguments: '{}',
        extra_content: { google: { thought_signature: 's' } },
      },
      { type: 'function_call', call_id: 'c2', name: 'g', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sun' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [{ type: 'input_image', image_url: 'https://a/b.png', detail: 'auto' }],
      },
      { role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
    ]
    expect(read({ input }).messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm', signature: 'proof' },
          { kind: 'thinking', text: '', redacted: 'secret' },
          { kind: 'text', text: 'So' },
          { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{}', signature: 's' },
          { kind: 'tool_call', id: 'c2', name: 'g', arguments: '{}' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool_result', id: 'c1', name: 'f', parts: [{ kind: 'text', text: 'sun' }] },
          {
            kind: 'tool_result',
            id: 'c2',
            name: 'g',
            parts: [{ kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } }],
          },
          { kind: 'text', text: 'And?' },
        ],
      },
    ])
  })

  it('never make the reader throw, whatever they hold', () => {
    const request = {
      instructions: 'A',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'B' }] },
        { role: 'assistant', content: [{ type: 'output_text', text: 'C', annotations: [] }] },
        {
          role: 'user',
          content: [
            { type: 'input_image', image_url: 'https://a', detail: 'auto', file_id: null },
            { type: 'input_file', file_data: 'AAAA', file_url: null, filename: 'a.pdf' },
          ],
        },
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          content: [],
          encrypted_content: 'x',
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', caller: null },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'D' }] },
      ],
      tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'function', name: 'f' }],
      },
      text: { format: { type: 'json_schema', name: 'a', schema: {} }, verbosity: 'medium' },
      reasoning: { effort: 'low', summary: 'auto' },
      include: [],
      metadata: {},
      stream: true,
    }
    fc.assert(
      fc.property(anyDamaged(request), (body) => {
        const read = readRequest(body, { stream: false })
        if (read.ok) chatProviderCodec.writeRequest(read.value, 'm')
        else expect(read.message).toMatch(/^must |^is /)
      }),
      { numRuns: 1_000 },
    )
  })
})
