import { describe, expect, it } from 'vitest'
import type { Conversation } from '../conversation.ts'
import { generateCallerCodec } from './generate-codec.ts'

function read(body: Record<string, unknown>) {
  return generateCallerCodec.readRequest(
    { contents: [{ parts: [{ text: 'Hi' }] }], ...body },
    { stream: false },
  )
}

/** What a body says beyond a greeting; fails the test when something was left out. */
function understood(body: Record<string, unknown>): Conversation {
  const result = read(body)
  expect(result).toMatchObject({ ok: true, unsupported: [] })
  if (!result.ok) throw new Error(result.message)
  return result.value
}

const CALL = { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] }

function answered(functionResponse: object) {
  const contents = [CALL, { role: 'user', parts: [{ functionResponse }] }]
  return understood({ contents }).messages[1]?.parts[0]
}

describe('what a Gemini caller says', () => {
  it('reads text of both roles, and takes contents without a role for the user', () => {
    const contents = [
      { parts: [{ text: 'One' }] },
      { role: 'model', parts: [{ text: 'Two' }] },
      { role: 'user', parts: { text: 'Three' } },
    ]
    expect(understood({ contents }).messages).toEqual([
      { role: 'user', parts: [{ kind: 'text', text: 'One' }] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'Two' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'Three' }] },
    ])
  })

  it('joins the chunks that the official SDK keeps of a stream into one message', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Let me ', thought: true }] },
      { role: 'model', parts: [{ text: 'see', thought: true }] },
      { role: 'model', parts: [{ text: '', thought: true, thoughtSignature: 'c2ln' }] },
      { role: 'model', parts: [{ text: 'Hel' }] },
      { role: 'model', parts: [{ text: 'lo' }] },
      { role: 'model', parts: [{ text: '' }] },
    ]
    expect(understood({ contents }).messages[1]).toEqual({
      role: 'assistant',
      parts: [
        { kind: 'thinking', text: 'Let me see', signature: 'c2ln' },
        { kind: 'text', text: 'Hello' },
      ],
    })
  })

  it.each([
    [{ systemInstruction: { parts: [{ text: 'Be' }, { text: 'brief' }] } }],
    [{ system_instruction: { role: 'system', parts: [{ text: 'Be' }, { text: 'brief' }] } }],
  ])('reads the system instruction of %j', (body) => {
    expect(understood(body).system).toEqual([
      { kind: 'text', text: 'Be' },
      { kind: 'text', text: 'brief' },
    ])
  })

  it('takes a system instruction that is a plain string', () => {
    expect(understood({ systemInstruction: 'Be brief' }).system).toEqual([
      { kind: 'text', text: 'Be brief' },
    ])
  })

  it('reads images, documents and audio with their bytes or their address', () => {
    const parts = [
      { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
      { inline_data: { mime_type: 'application/pdf', data: 'aGk=', display_name: 'a.pdf' } },
      { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } },
      { fileData: { fileUri: 'https://a.test/b.webp' } },
      {
        fileData: { fileUri: 'https://a.test/c', mimeType: 'image/png' },
        mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' },
      },
    ]
    expect(understood({ contents: [{ parts }] }).messages[0]?.parts).toEqual([
      { kind: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'aGk=' } },
      {
        kind: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'aGk=' },
        name: 'a.pdf',
      },
      { kind: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'aGk=' } },
      {
        kind: 'image',
        source: { kind: 'url', url: 'https://a.test/b.webp', mediaType: 'image/webp' },
      },
      {
        kind: 'image',
        source: { kind: 'url', url: 'https://a.test/c', mediaType: 'image/png' },
        detail: 'low',
      },
    ])
  })

  it('turns base64 in the alphabet of URLs into what other providers take', () => {
    const contents = [{ parts: [{ inlineData: { mimeType: 'image/png', data: '-_8' } }] }]
    expect(understood({ contents }).messages[0]?.parts[0]).toMatchObject({
      source: { data: '+/8=' },
    })
  })

  it('looks at all images as closely as the request says', () => {
    const contents = [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }]
    const generationConfig = { mediaResolution: 'MEDIA_RESOLUTION_HIGH' }
    expect(understood({ contents, generationConfig }).messages[0]?.parts[0]).toMatchObject({
      detail: 'high',
    })
  })

  it('keeps the signature of a text in front of it, and of a call on it', () => {
    const parts = [
      { text: 'Hello', thoughtSignature: 'dGV4dA==' },
      { functionCall: { id: 'a', name: 'f' }, thoughtSignature: 'Y2FsbA==' },
      {
        functionCall: { id: 'b', name: 'f' },
        thoughtSignature: 'skip_thought_signature_validator',
      },
    ]
    expect(understood({ contents: [{ role: 'model', parts }] }).messages[0]?.parts).toEqual([
      { kind: 'thinking', text: '', signature: 'dGV4dA==' },
      { kind: 'text', text: 'Hello' },
      { kind: 'tool_call', id: 'a', name: 'f', arguments: '{}', signature: 'Y2FsbA==' },
      { kind: 'tool_call', id: 'b', name: 'f', arguments: '{}' },
    ])
  })
})

describe('tool calls and their results', () => {
  it('numbers calls without ids and finds their results by name, in order', () => {
    const call = (name: string) => ({ functionCall: { name, args: {} } })
    const result = (name: string, output: string) => ({
      functionResponse: { name, response: { output } },
    })
    const contents = [
      { role: 'model', parts: [call('f'), call('g'), call('f')] },
      { role: 'function', parts: [result('f', 'one'), result('f', 'two'), result('g', 'three')] },
    ]
    const [calls, results] = understood({ contents }).messages
    expect(calls?.parts).toMatchObject([{ id: 'call_0' }, { id: 'call_1' }, { id: 'call_2' }])
    expect(results?.parts).toMatchObject([
      { id: 'call_0', name: 'f', parts: [{ text: 'one' }] },
      { id: 'call_2', name: 'f', parts: [{ text: 'two' }] },
      { id: 'call_1', name: 'g', parts: [{ text: 'three' }] },
    ])
  })

  it('finds results by id whatever their order', () => {
    const contents = [
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'x', name: 'f' } },
          { functionCall: { id: 'call_2', name: 'f' } },
          { functionCall: { name: 'f' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'call_2', name: 'f', response: {} } },
          { functionResponse: { id: 'x', response: {} } },
          { functionResponse: { name: 'f', response: {} } },
        ],
      },
    ]
    const [calls, results] = understood({ contents }).messages
    expect(calls?.parts).toMatchObject([{ id: 'x' }, { id: 'call_2' }, { id: 'call_2_1' }])
    expect(results?.parts).toMatchObject([
      { id: 'call_2', name: 'f' },
      { id: 'x', name: 'f' },
      { id: 'call_2_1', name: 'f' },
    ])
  })

  it.each([
    [{ output: 'sunny' }, 'sunny'],
    [{ result: { celsius: 20 } }, '{"celsius":20}'],
    [{ celsius: 20, sky: 'blue' }, '{"celsius":20,"sky":"blue"}'],
  ])('reads the response %j as what the tool has said', (response, text) => {
    expect(answered({ name: 'f', response })).toEqual({
      kind: 'tool_result',
      id: 'call_0',
      name: 'f',
      parts: [{ kind: 'text', text }],
    })
  })

  it('reads an error of the tool as one', () => {
    expect(answered({ name: 'f', response: { error: 'no such city' } })).toMatchObject({
      parts: [{ text: 'no such city' }],
      isError: true,
    })
  })

  it('reads images that a tool gives back', () => {
    const parts = [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }]
    expect(answered({ name: 'f', response: { output: 'a plot' }, parts })).toMatchObject({
      parts: [
        { kind: 'text', text: 'a plot' },
        { kind: 'image', source: { data: 'aGk=' } },
      ],
    })
  })

  it('reads functions with OpenAPI or JSON Schema parameters', () => {
    const tools = [
      {
        functionDeclarations: [
          {
            name: 'weather',
            description: 'Says the weather',
            parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
          },
          { name: 'time', parametersJsonSchema: { type: 'object', title: 'Time' } },
        ],
      },
      { function_declarations: [{ name: 'now' }] },
    ]
    expect(understood({ tools }).tools).toEqual([
      {
        name: 'weather',
        description: 'Says the weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
      { name: 'time', parameters: { type: 'object', title: 'Time' } },
      { name: 'now' },
    ])
  })

  it.each([
    [{ mode: 'AUTO' }, { kind: 'auto' }],
    [{ mode: 'VALIDATED' }, { kind: 'auto' }],
    [{ mode: 'NONE' }, { kind: 'none' }],
    [{ mode: 'ANY' }, { kind: 'required' }],
    [
      { mode: 'any', allowed_function_names: ['f'] },
      { kind: 'tool', name: 'f' },
    ],
    [{ mode: 'ANY', allowedFunctionNames: ['f', 'g'] }, { kind: 'required' }],
    [{ mode: 'MODE_UNSPECIFIED' }, undefined],
  ])('reads the calling config %j', (functionCallingConfig, choice) => {
    const tools = [{ functionDeclarations: [{ name: 'f' }, { name: 'g' }] }]
    expect(understood({ tools, toolConfig: { functionCallingConfig } }).toolChoice).toEqual(choice)
  })
})

describe('settings of the answer', () => {
  it('reads every setting that others know too, in camel or snake case', () => {
    const generationConfig = {
      maxOutputTokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      topK: '40',
      seed: 7,
      presencePenalty: 0.1,
      frequency_penalty: -0.1,
      stopSequences: ['END'],
      candidateCount: 1,
      responseModalities: ['TEXT'],
      responseMimeType: 'application/json',
      responseLogprobs: false,
    }
    const conversation = understood({ generation_config: generationConfig, safetySettings: [] })
    expect(conversation).toMatchObject({
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      stop: ['END'],
      format: { kind: 'json' },
    })
  })

  it.each([
    [{ responseSchema: { type: 'OBJECT', properties: { a: { type: 'INTEGER' } } } }],
    [{ responseJsonSchema: { type: 'object', properties: { a: { type: 'integer' } } } }],
  ])('reads the schema of the answer from %j', (schema) => {
    const generationConfig = { responseMimeType: 'application/json', ...schema }
    expect(understood({ generationConfig }).format).toEqual({
      kind: 'schema',
      schema: { type: 'object', properties: { a: { type: 'integer' } } },
    })
  })

  it.each([
    [{ thinkingBudget: 0 }, { effort: 'none' }],
    [
      { thinkingBudget: 2048, includeThoughts: true },
      { budgetTokens: 2048, includeThoughts: true },
    ],
    [{ thinkingLevel: 'low' }, { effort: 'low' }],
    [{ thinkingBudget: -1 }, undefined],
  ])('reads the thinking config %j', (thinkingConfig, reasoning) => {
    expect(understood({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning)
  })
})
