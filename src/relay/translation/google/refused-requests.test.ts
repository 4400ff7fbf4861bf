import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateCallerCodec } from './generate-codec.ts'

function read(body: Record<string, unknown>) {
  return generateCallerCodec.readRequest(
    { contents: [{ parts: [{ text: 'Hi' }] }], ...body },
    { stream: false },
  )
}

function leftOut(body: Record<string, unknown>): readonly string[] {
  const result = read(body)
  return result.ok ? result.unsupported : [`refused: ${result.message}`]
}

describe('what has no equivalent', () => {
  it.each([
    [{ safetySettings: [{ category: 'x' }] }, 'safetySettings'],
    [{ labels: { a: 'b' } }, 'labels'],
    [{ cached_content: 'cachedContents/1' }, 'cached_content'],
    [{ tools: [{ googleSearch: {} }] }, 'tools[0].googleSearch'],
    [{ tools: [{ codeExecution: {} }, { url_context: {} }] }, 'tools[0].codeExecution'],
    [{ toolConfig: { retrievalConfig: {} } }, 'toolConfig.retrievalConfig'],
    [{ generationConfig: { candidateCount: 2 } }, 'generationConfig.candidateCount'],
    [{ generationConfig: { responseLogprobs: true } }, 'generationConfig.responseLogprobs'],
    [{ generationConfig: { speechConfig: {} } }, 'generationConfig.speechConfig'],
    [
      { generationConfig: { responseModalities: ['TEXT', 'IMAGE'] } },
      'generationConfig.responseModalities',
    ],
    [
      { generationConfig: { responseMimeType: 'text/x.enum' } },
      'generationConfig.responseMimeType',
    ],
    [
      { contents: [{ parts: [{ text: 'a' }, { executableCode: { code: '1' } }] }] },
      'contents[0].parts[1].executableCode',
    ],
    [
      { contents: [{ parts: [{ inlineData: { mimeType: 'video/mp4', data: '' } }] }] },
      'contents[0].parts[0].inlineData.mimeType',
    ],
    [
      { contents: [{ parts: [{ file_data: { file_uri: 'gs://bucket/a.png' } }] }] },
      'contents[0].parts[0].file_data.file_uri',
    ],
    [
      {
        tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'g' }, { name: 'h' }] }],
        toolConfig: {
          functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f', 'g'] },
        },
      },
      'toolConfig.functionCallingConfig.allowedFunctionNames',
    ],
  ])('names the parameter of %j', (body, name) => {
    expect(leftOut(body)[0]).toBe(name)
  })
})

describe('bad requests', () => {
  it.each([
    [{ contents: [] }, 'contents'],
    [{ contents: 'Hi' }, 'contents'],
    [{ contents: [{ parts: [{ text: 'a' }, 7] }] }, 'contents[0].parts[1]'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [{ text: 5 }] }] }, 'contents[0].parts[0].text'],
    [
      { contents: [{ parts: [{ inline_data: { data: 'a' } }] }] },
      'contents[0].parts[0].inline_data.mimeType',
    ],
    [
      { contents: [{ role: 'model', parts: [{ functionCall: { args: {} } }] }] },
      'contents[0].parts[0].functionCall.name',
    ],
    [
      { contents: [{ parts: [{ functionCall: { name: 'f' } }] }] },
      'contents[0].parts[0].functionCall',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { response: {} } }] }] },
      'contents[0].parts[0].functionResponse.name',
    ],
    [{ generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ generationConfig: { max_output_tokens: 1.5 } }, 'generationConfig.max_output_tokens'],
    [
      { generationConfig: { thinkingConfig: { thinkingLevel: 'TOTAL' } } },
      'generationConfig.thinkingConfig.thinkingLevel',
    ],
    [{ tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [
      { toolConfig: { functionCallingConfig: { mode: 'MAYBE' } } },
      'toolConfig.functionCallingConfig.mode',
    ],
  ])('refuses %j and names the parameter', (body, param) => {
    expect(read(body)).toEqual({
      ok: false,
      message: expect.stringContaining(`"${param}"`),
      param,
    })
  })

  it('refuses arguments and schemas nested ten thousand levels deep', () => {
    let deep: Record<string, unknown> = {}
    for (let level = 0; level < 10_000; level++) deep = { type: 'OBJECT', items: deep }
    const call = { role: 'model', parts: [{ functionCall: { name: 'f', args: deep } }] }
    expect(read({ contents: [call] }).ok).toBe(false)
    expect(read({ tools: [{ functionDeclarations: [{ name: 'f', parameters: deep }] }] }).ok).toBe(
      false,
    )
    expect(read({ generationConfig: { responseSchema: deep } }).ok).toBe(false)
  })

  it('lists a bounded number of names of a bounded length', () => {
    const body = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, place) => [`${place}${'x'.repeat(5_000)}`, 1]),
    )
    const names = leftOut(body)
    expect(names.length).toBeLessThan(100)
    expect(names.join('').length).toBeLessThan(30_000)
  })

  it('keeps names of prototypes as ordinary names', () => {
    const body = JSON.parse(
      '{"__proto__":{"polluted":1},"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"__proto__":{"polluted":1}}}}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"properties":{"__proto__":{"type":"STRING"},"constructor":{"type":"STRING"}}}}]}]}',
    ) as Record<string, unknown>
    const result = generateCallerCodec.readRequest(body, { stream: false })
    expect(result).toMatchObject({ ok: true, unsupported: ['__proto__'] })
    expect(JSON.stringify(result)).toContain('{\\"__proto__\\":{\\"polluted\\":1}}')
    expect('polluted' in {}).toBe(false)
  })

  it('never throws, whatever stands where', () => {
    fc.assert(
      fc.property(hostileBody, (body) => {
        const result = generateCallerCodec.readRequest(body, { stream: true })
        expect(typeof result.ok).toBe('boolean')
      }),
      { numRuns: 3_000 },
    )
  })
})

const NAMES = [
  ...['contents', 'parts', 'role', 'text', 'thought', 'inlineData', 'fileData', 'fileUri', 'data'],
  ...['mimeType', 'functionCall', 'functionResponse', 'name', 'id', 'args', 'response', 'error'],
  ...['systemInstruction', 'tools', 'functionDeclarations', 'parameters', 'properties', 'type'],
  ...['toolConfig', 'functionCallingConfig', 'mode', 'allowedFunctionNames', 'generationConfig'],
  ...['topK', 'stopSequences', 'thinkingConfig', 'thinkingBudget', 'responseSchema', 'nullable'],
  ...['__proto__', 'constructor', 'toString', 'propertyOrdering', 'anyOf', 'items', 'minItems'],
]

const { body: hostileBody } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom(null, true, '', 'model', 'user', 'OBJECT', -1, 1e308, Number.NaN),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body'),
    tie('body'),
  ),
  body: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }) as fc.Arbitrary<
    Record<string, unknown>
  >,
}))
