import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goldenBody } from '../../../test/support/golden-answers.ts'
import type { CallRecord } from '../../record/index.ts'
import { texts } from './texts.ts'

function process(request?: unknown, response?: unknown): CallRecord {
  const bodyOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const record: CallRecord = {
    ...(request !== undefined && { request_body: bodyOf(request) }),
    ...(response !== undefined && { response_body: bodyOf(response) }),
  }
  return texts.process({ record }).record
}

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'
const TOOL = { name: 'get_weather', description: 'Looks up', parameters: { type: 'object' } }

/** Requests of each protocol, with what a person reads in them. */
const REQUESTS: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'a chat',
    {
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } },
            { type: 'input_audio', input_audio: { data: PICTURE, format: 'wav' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"q":"cat"}' } },
            { id: 'call_2', type: 'custom', custom: { name: 'g', input: 'grep cat' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'A cat.' },
      ],
      tools: [{ type: 'function', function: TOOL }],
      user: 'u1',
    },
    ['Be brief.', 'What is this?', '{"q":"cat"}', 'grep cat', 'A cat.'],
  ],
  [
    'a message',
    {
      model: 'claude-sonnet-4-5',
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Terms' } },
            { type: 'document', source: { type: 'base64', data: PICTURE }, title: 'x' },
            { type: 'text', text: 'What is this?' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Let me see.', signature: 'EqQBCgIYAhIM' },
            { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3p' },
            { type: 'tool_use', id: 'toolu_1', name: 'f', input: { q: 'cat', deep: ['tom'] } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [{ type: 'text', text: 'A cat.' }],
            },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'Two cats.' },
          ],
        },
      ],
      tools: [TOOL],
    },
    ['Be brief.', 'Terms', 'What is this?', 'Let me see.', 'cat', 'tom', 'A cat.', 'Two cats.'],
  ],
  [
    "Gemini's contents",
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'What is this?' },
            { inlineData: { mimeType: 'image/png', data: PICTURE } },
          ],
        },
        { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'f', args: { q: 'cat' } } }] },
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'c1', name: 'f', response: { output: 'A cat.' } } }],
        },
        { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: 'print(1)' } }] },
        { role: 'model', parts: [{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } }] },
      ],
      tools: [{ functionDeclarations: [TOOL] }],
    },
    ['Be brief.', 'What is this?', 'cat', 'A cat.', 'print(1)', '1'],
  ],
  [
    'a response',
    {
      model: 'gpt-5',
      instructions: 'Be brief.',
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'answer' } },
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: `data:image/png;base64,${PICTURE}` },
            { type: 'input_file', filename: 'a.pdf', file_data: PICTURE },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Let me see.' }] },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"q":"cat"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'A cat.' },
      ],
    },
    ['Be brief.', 'What is this?', 'Let me see.', '{"q":"cat"}', 'A cat.'],
  ],
  ['a response to a text', { model: 'gpt-5', input: 'Hello' }, ['Hello']],
  ['a completion', { prompt: ['Once', 'Twice'], suffix: 'x' }, ['Once', 'Twice']],
  ['an embedding', { input: ['cat', 'dog'], model: 'text-embedding-3-small' }, ['cat', 'dog']],
  ['an embedding of tokens', { input: [[1, 2, 3]] }, []],
  [
    'a moderation',
    {
      input: [
        { type: 'text', text: 'bad words' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      ],
    },
    ['bad words'],
  ],
  ['a picture', { model: 'gpt-image-1', prompt: 'A cat', size: '1024x1024' }, ['A cat']],
  ['speech', { model: 'tts-1', input: 'Hello', voice: 'alloy' }, ['Hello']],
  [
    "Gemini's embedding",
    { requests: [{ model: 'models/e', content: { parts: [{ text: 'cat' }] } }] },
    ['cat'],
  ],
  [
    "Gemini's count of tokens",
    { generateContentRequest: { contents: [{ parts: [{ text: 'cat' }] }] } },
    ['cat'],
  ],
]

/** Answers, with what a person reads in them. */
const ANSWERS: readonly (readonly [string, object, readonly string[]])[] = [
  ['a chat', goldenBody('openai-chat'), ['Xin chào! Thời tiết ở Hà Nội hôm nay: 31 °C ☀️, 晴れ.']],
  [
    'a chat with tools',
    goldenBody('openai-chat-tools'),
    ['{"location":"Hà Nội","unit":"c"}', '{"zone":"Asia/Ho_Chi_Minh"}'],
  ],
  ['a chat with speech', goldenBody('openai-chat-audio'), ['Yes, golden retrievers are friendly.']],
  [
    'a chat that thinks aloud',
    goldenBody('deepseek-chat'),
    ['9.8 lớn hơn 9.11。', '9.11 và 9.8: so sánh 0.11 < 0.80。'],
  ],
  [
    'a response',
    goldenBody('openai-responses'),
    ['**Looking up** the weather', 'Một giây, để tôi xem.', '{"location":"Hà Nội"}'],
  ],
  [
    'a message',
    goldenBody('anthropic-messages'),
    [
      'The user wants the weather. Tôi sẽ dùng công cụ.',
      'Để tôi kiểm tra 天気.',
      'Hà Nội',
      'celsius',
    ],
  ],
  [
    'Gemini',
    goldenBody('google-generate'),
    ['**Checking** the weather first.', 'Để tôi xem thời tiết ở Hà Nội. 晴れ', 'Hà Nội'],
  ],
  ['a completion', goldenBody('openai-completions'), ['\n\nThis is indeed a test']],
  ['a transcription', goldenBody('openai-transcription'), ['I see skies of blue, 青い空.']],
  ['a picture', goldenBody('openai-image'), []],
  [
    'a picture with a better prompt',
    { data: [{ b64_json: PICTURE, revised_prompt: 'A grey cat' }] },
    ['A grey cat'],
  ],
  ['an embedding', goldenBody('openai-embeddings'), []],
  ['an embedding in base64', { data: [{ embedding: PICTURE, index: 0 }] }, []],
  ['a moderation', { id: 'modr-1', results: [{ flagged: true, categories: { hate: true } }] }, []],
]

describe('the words of a call', () => {
  it.each(REQUESTS)('are those of %s that is asked for', (_name, request, words) => {
    expect(process(request).prompt).toBe(words.length > 0 ? words.join('\n') : undefined)
  })

  it.each(ANSWERS)('are those of %s that is answered', (_name, answer, words) => {
    expect(process(undefined, answer).response).toBe(
      words.length > 0 ? words.join('\n') : undefined,
    )
  })

  it('are no base64, wherever it stands', () => {
    const data = PICTURE.repeat(10)
    const parts = [
      { text: data },
      { text: `data:image/png;base64,${PICTURE}` },
      { functionCall: { args: { file: data, name: 'a.png' } } },
    ]
    expect(process({ contents: [{ parts }] }).prompt).toBe('a.png')
  })

  it('are found in a body that was cut', () => {
    const body = '{"system":"Be \\"brief\\".","messages":[{"role":"user","content":"What is th\\u00'
    expect(process(body).prompt).toBe('Be "brief".\nWhat is th')
  })

  it('are all of a transcript that is asked for as plain text', () => {
    const record = { endpoint: '/v1/audio/transcriptions', response_body: 'I see skies of blue.' }
    expect(texts.process({ record }).record.response).toBe('I see skies of blue.')
    const other = { endpoint: '/v1/chat/completions', response_body: '<html>502</html>' }
    expect(texts.process({ record: other }).record.response).toBeUndefined()
  })

  it('given by the sender stay', () => {
    const record = { request_body: '{"prompt":"a"}', prompt: 'given' }
    expect(texts.process({ record }).record.prompt).toBe('given')
  })

  it('never fail, whatever the body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 20 }), fc.string()), (body) => {
        process(body, body)
      }),
    )
    const deep = '{"content":['.repeat(50_000) + ']}'.repeat(50_000)
    expect(process(deep, deep).prompt).toBeUndefined()
  })
})

describe('the hash of the system prompt', () => {
  const hashOf = (request: object) => process(request).prompt_hash
  const expected = hashOf({ messages: [{ role: 'system', content: 'Be brief.' }] })

  it('stays the same from release to release', () => {
    expect(expected).toBe('fecef222d7732bb7')
  })

  it.each([
    ['a developer message', { messages: [{ role: 'developer', content: 'Be brief.' }] }],
    ['parts', { messages: [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }] }],
    ['a message', { system: 'Be brief.', messages: [{ role: 'user', content: 'x' }] }],
    ['cached blocks', { system: [{ type: 'text', text: 'Be brief.', cache_control: {} }] }],
    ['Gemini', { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [] }],
    ["Gemini's other spelling", { system_instruction: { parts: [{ text: 'Be brief.' }] } }],
    ['instructions', { instructions: 'Be brief.', input: 'Hello' }],
    ['a response', { input: [{ role: 'system', content: 'Be brief.' }] }],
  ])('is shared by the same words in %s', (_name, request) => {
    expect(hashOf(request)).toBe(expected)
  })

  it.each([
    ['other words', { system: 'Be long.' }],
    ['parts that are cut elsewhere', { system: [{ text: 'Be ' }, { text: 'brief.' }] }],
  ])('differs for %s', (_name, request) => {
    expect(hashOf(request)).toMatch(/^[0-9a-f]{16}$/)
    expect(hashOf(request)).not.toBe(expected)
  })

  it.each([
    [{ messages: [{ role: 'user', content: 'Hello' }] }],
    [{ system: '', messages: [] }],
    [{ system: null, instructions: 7, systemInstruction: [], input: [null] }],
    [{ messages: [{ role: 'system', content: null }] }],
    [['x']],
  ])('is absent without a system prompt: %j', (request) => {
    expect(hashOf(request)).toBeUndefined()
  })
})
