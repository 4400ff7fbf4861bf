import { describe, expect, it } from 'vitest'
import type { Conversation, Message, Part } from '../conversation.ts'
import { generateProviderCodec } from './generate-codec.ts'

const GEMINI_2 = 'gemini-2.5-flash'
const GEMINI_3 = 'gemini-3-flash-preview'

const GREETING: Message = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }

function conversation(said: Partial<Conversation>): Conversation {
  return { system: [], messages: [GREETING], tools: [], stream: false, ...said }
}

function write(said: Partial<Conversation>, model = GEMINI_2) {
  return generateProviderCodec.writeRequest(conversation(said), model)
}

/** The body; fails the test when something was left out. */
function written(said: Partial<Conversation>, model = GEMINI_2): Record<string, unknown> {
  const result = write(said, model)
  expect(result).toMatchObject({ ok: true, unsupported: [] })
  return result.ok ? (result.value as Record<string, unknown>) : {}
}

function writtenParts(role: Message['role'], parts: readonly Part[], model = GEMINI_2): unknown {
  const { contents } = written({ messages: [{ role, parts }] }, model)
  return (contents as readonly { readonly parts: unknown }[])[0]?.parts
}

describe('contents for Gemini', () => {
  it('puts system prompts apart and messages of one role together', () => {
    const messages: Message[] = [
      GREETING,
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }] },
      { role: 'assistant', parts: [{ kind: 'refusal', text: 'No' }] },
      GREETING,
    ]
    const system = [{ kind: 'text' as const, text: 'Be brief' }]
    expect(written({ system, messages, user: 'u1' })).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        { role: 'model', parts: [{ text: 'Hello' }, { text: 'No' }] },
        { role: 'user', parts: [{ text: 'Hi' }] },
      ],
    })
  })

  it('writes bytes inline and addresses as files, guessing the type from the name', () => {
    const parts: Part[] = [
      { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
      {
        kind: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'aGk=' },
        name: 'a.pdf',
      },
      { kind: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'aGk=' } },
      { kind: 'image', source: { kind: 'url', url: 'https://a.test/b.webp?size=1' } },
      { kind: 'image', source: { kind: 'url', url: 'https://a.test/b' } },
      { kind: 'document', source: { kind: 'url', url: 'https://a.test/b', mediaType: 'text/csv' } },
    ]
    expect(writtenParts('user', parts)).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
      { inlineData: { mimeType: 'application/pdf', data: 'aGk=', displayName: 'a.pdf' } },
      { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } },
      { fileData: { fileUri: 'https://a.test/b.webp?size=1', mimeType: 'image/webp' } },
      { fileData: { fileUri: 'https://a.test/b', mimeType: 'image/jpeg' } },
      { fileData: { fileUri: 'https://a.test/b', mimeType: 'text/csv' } },
    ])
  })

  it('writes the detail of images apart for Gemini 3, once for all before', () => {
    const image = (detail: 'low' | 'high' | 'auto'): Part => ({
      kind: 'image',
      source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' },
      detail,
    })
    expect(writtenParts('user', [image('low'), image('auto')], GEMINI_3)).toMatchObject([
      { mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } },
      { inlineData: { data: 'aGk=' } },
    ])
    const alike = [{ role: 'user' as const, parts: [image('high'), image('high')] }]
    expect(written({ messages: alike }).generationConfig).toEqual({
      mediaResolution: 'MEDIA_RESOLUTION_HIGH',
    })
    const mixed = [{ role: 'user' as const, parts: [image('high'), image('low')] }]
    expect(write({ messages: mixed })).toMatchObject({ unsupported: ['image.detail'] })
  })

  it('gives signatures back where they came from', () => {
    const parts: Part[] = [
      { kind: 'thinking', text: 'Hm', signature: 'YQ==' },
      { kind: 'thinking', text: '', signature: 'Yg==' },
      { kind: 'text', text: 'Hello' },
      { kind: 'tool_call', id: 'c', name: 'f', arguments: '{"a":1}', signature: 'Yw==' },
      { kind: 'thinking', text: '', signature: 'ZA==' },
      { kind: 'thinking', text: '', redacted: 'secret' },
    ]
    expect(writtenParts('assistant', parts)).toEqual([
      { text: 'Hm', thought: true, thoughtSignature: 'YQ==' },
      { text: 'Hello', thoughtSignature: 'Yg==' },
      { functionCall: { id: 'c', name: 'f', args: { a: 1 } }, thoughtSignature: 'Yw==' },
      { text: '', thoughtSignature: 'ZA==' },
    ])
  })

  it('lets Gemini 3 pass the first call of a step that has lost its signature', () => {
    const call = (id: string): Part => ({ kind: 'tool_call', id, name: 'f', arguments: '' })
    const signature = { thoughtSignature: 'skip_thought_signature_validator' }
    const parts = [call('a'), call('b')]
    expect(writtenParts('assistant', parts, GEMINI_3)).toEqual([
      { functionCall: { id: 'a', name: 'f', args: {} }, ...signature },
      { functionCall: { id: 'b', name: 'f', args: {} } },
    ])
    expect(JSON.stringify(writtenParts('assistant', parts, GEMINI_2))).not.toContain('skip')
  })
})

describe('tools for Gemini', () => {
  const call: Message = {
    role: 'assistant',
    parts: [{ kind: 'tool_call', id: 'c1', name: 'weather', arguments: '{}' }],
  }

  function response(result: Partial<Extract<Part, { kind: 'tool_result' }>>, model = GEMINI_2) {
    const part: Part = { kind: 'tool_result', id: 'c1', parts: [], ...result }
    const { contents } = written({ messages: [call, { role: 'user', parts: [part] }] }, model)
    const [, answer] = contents as readonly { parts: readonly { functionResponse: unknown }[] }[]
    return answer?.parts[0]?.functionResponse
  }

  it('names the tool of a result after the call before it', () => {
    expect(response({ parts: [{ kind: 'text', text: 'sunny' }] })).toEqual({
      id: 'c1',
      name: 'weather',
      response: { output: 'sunny' },
    })
  })

  it.each([
    ['{"celsius":20}', { celsius: 20 }],
    ['{"celsius": 20}', { output: '{"celsius": 20}' }],
    ['{"id":12345678901234567890}', { output: '{"id":12345678901234567890}' }],
    ['{"output":"x"}', { output: '{"output":"x"}' }],
    ['{"$ref":"x"}', { output: '{"$ref":"x"}' }],
    ['[1]', { output: '[1]' }],
    ['{}', { output: '{}' }],
  ])('writes the result %s without loss', (text, expected) => {
    expect(response({ parts: [{ kind: 'text', text }] })).toMatchObject({ response: expected })
  })

  it('writes a failed tool as an error', () => {
    const parts = [
      { kind: 'text' as const, text: 'no' },
      { kind: 'text' as const, text: 'city' },
    ]
    expect(response({ parts, isError: true })).toMatchObject({ response: { error: 'no\ncity' } })
  })

  it('gives images of a tool to Gemini 3, and names them where there is no place', () => {
    const image: Part = {
      kind: 'image',
      source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' },
    }
    expect(response({ parts: [image] }, GEMINI_3)).toMatchObject({
      parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }],
    })
    const result: Part = { kind: 'tool_result', id: 'c1', parts: [image] }
    expect(write({ messages: [call, { role: 'user', parts: [result] }] })).toMatchObject({
      ok: true,
      unsupported: ['tool_result.image'],
    })
  })

  it('writes JSON Schema as such, with a constant as an enum of one', () => {
    const parameters = {
      type: 'object',
      properties: { kind: { const: 'city' }, deep: { anyOf: [{ const: 1 }, { type: 'null' }] } },
    }
    const tools = [{ name: 'f', description: 'F', parameters }, { name: 'g' }]
    expect(written({ tools }).tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'F',
            parametersJsonSchema: {
              type: 'object',
              properties: {
                kind: { enum: ['city'] },
                deep: { anyOf: [{ enum: [1] }, { type: 'null' }] },
              },
            },
          },
          { name: 'g' },
        ],
      },
    ])
  })

  it.each([
    [{ kind: 'auto' }, { mode: 'AUTO' }],
    [{ kind: 'none' }, { mode: 'NONE' }],
    [{ kind: 'required' }, { mode: 'ANY' }],
    [
      { kind: 'tool', name: 'f' },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
  ] as const)('writes the tool choice %j', (toolChoice, functionCallingConfig) => {
    expect(written({ tools: [{ name: 'f' }], toolChoice }).toolConfig).toEqual({
      functionCallingConfig,
    })
  })

  it('has arguments of strict tools checked', () => {
    expect(written({ tools: [{ name: 'f', strict: true }] }).toolConfig).toEqual({
      functionCallingConfig: { mode: 'VALIDATED' },
    })
  })

  it('does not trouble Gemini with a tool choice when there are no tools', () => {
    expect(written({ toolChoice: { kind: 'auto' }, parallelToolCalls: false })).not.toHaveProperty(
      'toolConfig',
    )
  })

  it('refuses arguments that are no JSON object', () => {
    const parts: Part[] = [{ kind: 'tool_call', id: 'c', name: 'f', arguments: '{"a":' }]
    expect(write({ messages: [{ role: 'assistant', parts }] })).toEqual({
      ok: false,
      message: 'the arguments of tool call "c" are no JSON object',
      param: 'messages',
    })
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const call: Part = { kind: 'tool_call', id: 'c', name: 'f', arguments: deep }
    expect(write({ messages: [{ role: 'assistant', parts: [call] }] }).ok).toBe(false)
  })

  it('refuses a result whose tool nobody names', () => {
    const parts: Part[] = [{ kind: 'tool_result', id: 'lost', parts: [] }]
    expect(write({ messages: [{ role: 'user', parts }] })).toMatchObject({
      ok: false,
      param: 'messages',
    })
  })
})

describe('settings for Gemini', () => {
  it('writes every setting under its own name', () => {
    const settings = {
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      stop: ['END'],
      format: { kind: 'schema', name: 'a', description: 'An A', schema: { type: 'object' } },
    } as const
    expect(written(settings).generationConfig).toEqual({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      stopSequences: ['END'],
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', description: 'An A' },
    })
  })

  it('asks for JSON without a schema by the media type alone', () => {
    expect(written({ format: { kind: 'json' } }).generationConfig).toEqual({
      responseMimeType: 'application/json',
    })
  })

  it.each([
    ['none', 'gemini-2.5-flash', { thinkingBudget: 0 }],
    ['none', 'gemini-2.5-pro', { thinkingBudget: 128 }],
    ['minimal', 'gemini-2.5-flash', { thinkingBudget: 512 }],
    ['low', 'gemini-2.5-flash', { thinkingBudget: 1024 }],
    ['medium', 'gemini-2.5-flash', { thinkingBudget: 8192 }],
    ['high', 'gemini-2.5-flash', { thinkingBudget: 24576 }],
    ['xhigh', 'gemini-2.5-flash', { thinkingBudget: 24576 }],
    ['xhigh', 'gemini-2.5-pro', { thinkingBudget: 32768 }],
    ['none', 'gemini-3-flash-preview', { thinkingLevel: 'MINIMAL' }],
    ['minimal', 'gemini-3.1-pro-preview', { thinkingLevel: 'LOW' }],
    ['minimal', 'gemini-flash-latest', { thinkingLevel: 'LOW' }],
    ['low', 'models/gemini-3-pro-preview', { thinkingLevel: 'LOW' }],
    ['medium', 'gemini-3-pro-preview', { thinkingLevel: 'HIGH' }],
    ['medium', 'gemini-3.1-pro-preview', { thinkingLevel: 'MEDIUM' }],
    ['xhigh', 'gemini-3.1-pro-preview', { thinkingLevel: 'HIGH' }],
  ] as const)('lets effort %s of %s be %j', (effort, model, thinkingConfig) => {
    expect(written({ reasoning: { effort } }, model).generationConfig).toEqual({ thinkingConfig })
  })

  it.each([
    [{ budgetTokens: 2000, effort: 'high' }, GEMINI_2, { thinkingBudget: 2000 }],
    [{ budgetTokens: 31_999 }, GEMINI_2, { thinkingBudget: 24_576 }],
    [{ budgetTokens: 2000, effort: 'high' }, GEMINI_3, { thinkingLevel: 'HIGH' }],
    [{ budgetTokens: 1024 }, GEMINI_3, { thinkingLevel: 'LOW' }],
    [{ budgetTokens: 0 }, GEMINI_3, { thinkingLevel: 'MINIMAL' }],
    [{ includeThoughts: true }, GEMINI_3, { includeThoughts: true }],
  ] as const)('writes the reasoning %j for %s as %j', (reasoning, model, thinkingConfig) => {
    expect(written({ reasoning }, model).generationConfig).toEqual({ thinkingConfig })
  })
})
