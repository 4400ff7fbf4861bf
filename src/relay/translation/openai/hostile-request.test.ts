import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDamaged } from '../../../../test/support/any-json.ts'
import { chatProviderCodec } from './chat-codec.ts'
import { readRequest } from './read-request.ts'

const REQUEST = {
  model: 'm',
  messages: [
    { role: 'system', content: 'A' },
    {
      role: 'user',
      name: null,
      content: [
        { type: 'text', text: 'B', cache_control: { type: 'ephemeral', ttl: '5m' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'AAAA', file_id: null } },
      ],
    },
    {
      role: 'assistant',
      content: [{ type: 'refusal', refusal: 'No' }],
      reasoning_content: 'Hm',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm', signature: 's' }],
      tool_calls: [
        {
          id: 'c',
          type: 'function',
          function: { name: 'f', arguments: '{}' },
          extra_content: { google: { thought_signature: 's' } },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'c', content: 'sun' },
  ],
  tools: [{ type: 'function', function: { name: 'f', parameters: {}, strict: true } }],
  tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } },
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
  stop: ['END'],
  temperature: 1,
  max_tokens: 1,
  stream: true,
  metadata: {},
  modalities: ['text'],
}

describe('a request from outside', () => {
  it('never makes the reader throw, nor the writer behind it', () => {
    fc.assert(
      fc.property(anyDamaged(REQUEST), (body) => {
        const read = readRequest(body, { stream: false })
        if (read.ok) chatProviderCodec.writeRequest(read.value, 'm')
        else expect(read.message).toMatch(/^must |^is /)
      }),
      { numRuns: 1_000 },
    )
  })

  it('changes no prototype, and its odd names are named', () => {
    const body: unknown = JSON.parse(
      '{"messages":[{"role":"user","content":"Hi"}],"__proto__":{"evil":1},"constructor":1}',
    )
    const read = readRequest(body as Readonly<Record<string, unknown>>, { stream: false })
    expect(read).toMatchObject({ ok: true, unsupported: ['__proto__', 'constructor'] })
    expect('evil' in {}).toBe(false)
  })

  it('gets a short answer however many and long its unknown names are', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `${at}${'x'.repeat(1_000)}`)
    const body = { messages: [{ role: 'user', content: 'Hi' }] }
    const read = readRequest(
      { ...body, ...Object.fromEntries(names.map((name) => [name, 1])) },
      { stream: false },
    )
    expect(read.ok && read.unsupported.join('').length).toBeLessThan(20_000)
  })
})
