import { describe, expect, it } from 'vitest'
import type { Conversation } from '../conversation.ts'
import { readRequest } from './read-request.ts'

const MESSAGES = [{ role: 'user', content: 'Hi' }] as const

function read(body: Readonly<Record<string, unknown>>): Partial<Conversation> {
  const read = readRequest({ model: 'm', messages: MESSAGES, ...body }, { stream: false })
  if (!read.ok) throw new Error(`${read.param}: ${read.message}`)
  expect(read.unsupported).toEqual([])
  return read.value
}

function unsupported(body: Readonly<Record<string, unknown>>): readonly string[] {
  const read = readRequest({ model: 'm', messages: MESSAGES, ...body }, { stream: false })
  return read.ok ? read.unsupported : []
}

function problem(body: Readonly<Record<string, unknown>>): string {
  const read = readRequest({ model: 'm', messages: MESSAGES, ...body }, { stream: false })
  return read.ok ? 'none' : `${read.param} ${read.message}`
}

describe('parameters', () => {
  it('are taken over when they have an equivalent', () => {
    const conversation = read({
      max_completion_tokens: 100,
      max_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: -1,
      stop: ['END'],
      reasoning_effort: 'low',
      safety_identifier: 'u1',
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(conversation).toEqual({
      system: [],
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
      tools: [],
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      presencePenalty: 1,
      frequencyPenalty: -1,
      stop: ['END'],
      reasoning: { effort: 'low' },
      user: 'u1',
      stream: true,
    })
  })

  it('are as good as absent when they say what is so anyway', () => {
    const conversation = read({
      n: 1,
      logprobs: false,
      top_logprobs: 0,
      store: false,
      frequency_penalty: 0,
      presence_penalty: 0,
      logit_bias: {},
      metadata: {},
      parallel_tool_calls: true,
      service_tier: 'auto',
      top_p: 1,
      verbosity: 'medium',
      modalities: ['text'],
      response_format: { type: 'text' },
      prompt_cache_key: 'k',
      tools: [],
      functions: [],
      stop: null,
      seed: null,
      audio: null,
      web_search_options: null,
    })
    expect(conversation).toEqual(read({}))
  })

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { '50256': -100 } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'wav' } }],
    ['prediction', { prediction: { type: 'content', content: 'x' } }],
    ['web_search_options', { web_search_options: {} }],
    ['metadata', { metadata: { a: 'b' } }],
    ['store', { store: true }],
    ['service_tier', { service_tier: 'flex' }],
    ['verbosity', { verbosity: 'low' }],
    ['functions', { functions: [{ name: 'f' }] }],
    ['function_call', { function_call: 'auto' }],
    ['top_k', { top_k: 40 }],
    ['reasoning_effort', { reasoning_effort: 'extreme' }],
    ['response_format.type', { response_format: { type: 'grammar' } }],
    ['tools[0].type', { tools: [{ type: 'custom', custom: { name: 'f' } }] }],
    ['tool_choice', { tool_choice: { type: 'custom', custom: { name: 'f' } } }],
    ['messages[0].name', { messages: [{ role: 'user', name: 'Ann', content: 'Hi' }] }],
  ])('%s is named when it has no equivalent', (name, body) => {
    expect(unsupported(body)).toEqual([name])
  })

  it.each([
    ['messages must be a list', { messages: 'Hi' }],
    ['messages must be a list of at least one message', { messages: [] }],
    ['messages[0] must be an object', { messages: [null] }],
    ['messages[0].role is required', { messages: [{ content: 'Hi' }] }],
    ['messages[0].role must be one of', { messages: [{ role: 'wizard', content: 'Hi' }] }],
    ['messages[0].content is required', { messages: [{ role: 'user' }] }],
    ['messages[0].content must be a string or', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[0].content[0] must be', { messages: [{ role: 'user', content: ['Hi'] }] }],
    [
      'messages[0].content[0].text must be a string',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] },
    ],
    [
      'messages[0].content[0].image_url.url must be a URL',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png' } }] },
        ],
      },
    ],
    [
      'messages[1].tool_call_id is required',
      { messages: [...MESSAGES, { role: 'tool', content: '' }] },
    ],
    [
      'messages[1].tool_calls[0].function.arguments is required',
      {
        messages: [
          ...MESSAGES,
          { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f' } }] },
        ],
      },
    ],
    ['tools[0].function is required', { tools: [{ type: 'function', name: 'f' }] }],
    [
      'tools[0].function.parameters must be',
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
    ],
    ['temperature must be a number', { temperature: '1' }],
    ['temperature must be a number', { temperature: Number.POSITIVE_INFINITY }],
    ['max_tokens must be an integer', { max_tokens: 1.5 }],
    ['max_tokens must be at least 1', { max_tokens: 0 }],
    ['stop must be a string or', { stop: ['a', 1] }],
    ['stream must be a boolean', { stream: 'true' }],
    ['response_format must be an object', { response_format: 'json' }],
    [
      'response_format.json_schema.name is required',
      { response_format: { type: 'json_schema', json_schema: {} } },
    ],
  ])('are refused: %s', (expected, body) => {
    expect(problem(body)).toContain(expected)
  })

  it('take JSON mode and schemas of the answer', () => {
    expect(read({ response_format: { type: 'json_object' } }).format).toEqual({ kind: 'json' })
    const json_schema = { name: 'a', description: 'b', schema: { type: 'object' }, strict: true }
    expect(read({ response_format: { type: 'json_schema', json_schema } }).format).toEqual({
      kind: 'schema',
      ...json_schema,
    })
  })
})
