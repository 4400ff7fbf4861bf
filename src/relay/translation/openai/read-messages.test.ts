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

describe('messages', () => {
  function messages(...messages: readonly object[]): Partial<Conversation> {
    return read({ messages })
  }

  it('of the system and the developer are collected in order', () => {
    const conversation = messages(
      { role: 'system', content: 'A' },
      { role: 'user', content: 'Hi' },
      { role: 'developer', content: [{ type: 'text', text: 'B' }] },
    )
    expect(conversation.system).toEqual([
      { kind: 'text', text: 'A' },
      { kind: 'text', text: 'B' },
    ])
    expect(conversation.messages).toHaveLength(1)
  })

  it('of the user hold texts, images, audio and files', () => {
    const content = [
      {
        type: 'text',
        text: 'Look',
        cache_control: { type: 'ephemeral', ttl: '1h' },
        prompt_cache_breakpoint: { mode: 'explicit' },
      },
      { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'auto' } },
      { type: 'image_url', image_url: { url: 'data:image/PNG;base64,AAAA', detail: 'low' } },
      { type: 'image_url', image_url: 'https://a/c.png' },
      { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,CCCC' } },
      { type: 'file', file: { filename: 'a.csv', file_data: 'DDDD' } },
    ]
    expect(messages({ role: 'user', content }).messages?.[0]?.parts).toEqual([
      { kind: 'text', text: 'Look', cacheMark: '1h' },
      { kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
      {
        kind: 'image',
        source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' },
        detail: 'low',
      },
      { kind: 'image', source: { kind: 'url', url: 'https://a/c.png' } },
      { kind: 'audio', source: { kind: 'base64', mediaType: 'audio/mpeg', data: 'BBBB' } },
      {
        kind: 'document',
        source: { kind: 'base64', mediaType: 'application/pdf', data: 'CCCC' },
        name: 'a.pdf',
      },
      {
        kind: 'document',
        source: { kind: 'base64', mediaType: 'text/csv', data: 'DDDD' },
        name: 'a.csv',
      },
    ])
  })

  it('name the parts that lie at OpenAI or are unknown', () => {
    const content = [
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'video', video: {} },
    ]
    expect(unsupported({ messages: [{ role: 'user', content }] })).toEqual([
      'messages[0].content[0].file.file_id',
      'messages[0].content[1].type',
    ])
  })

  it('of tools become one message of the user, with what he says next', () => {
    const call = (id: string, name: string): object => ({
      id,
      type: 'function',
      function: { name, arguments: '{"a":1}' },
      extra_content: { google: { thought_signature: `sig-${id}` } },
    })
    const conversation = messages(
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content: null, tool_calls: [call('c1', 'f'), call('c2', 'g')] },
      { role: 'tool', tool_call_id: 'c1', content: 'sun' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'rain' }] },
      { role: 'user', content: 'And?' },
      { role: 'user', content: 'Well?' },
    )
    expect(conversation.messages?.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'tool_call', id: 'c1', name: 'f', arguments: '{"a":1}', signature: 'sig-c1' },
          { kind: 'tool_call', id: 'c2', name: 'g', arguments: '{"a":1}', signature: 'sig-c2' },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'tool_result', id: 'c1', name: 'f', parts: [{ kind: 'text', text: 'sun' }] },
          { kind: 'tool_result', id: 'c2', name: 'g', parts: [{ kind: 'text', text: 'rain' }] },
          { kind: 'text', text: 'And?' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'Well?' }] },
    ])
  })

  it('of the assistant are taken as an answer had them', () => {
    const answer = {
      role: 'assistant',
      content: 'So',
      refusal: 'No',
      annotations: [],
      audio: null,
      function_call: null,
      parsed: null,
      reasoning_content: 'Hm',
      tool_calls: [
        {
          index: 0,
          id: 'c',
          type: 'function',
          function: { name: 'f', arguments: '', parsed_arguments: null },
        },
      ],
    }
    expect(messages(...MESSAGES, answer).messages?.[1]).toEqual({
      role: 'assistant',
      parts: [
        { kind: 'thinking', text: 'Hm' },
        { kind: 'text', text: 'So' },
        { kind: 'refusal', text: 'No' },
        { kind: 'tool_call', id: 'c', name: 'f', arguments: '' },
      ],
    })
  })

  it('of the assistant bring back the proofs of thinking they were given', () => {
    const answer = {
      role: 'assistant',
      content: 'So',
      reasoning_content: 'Hm',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm', signature: 'proof' },
        { type: 'reasoning.encrypted', data: 'secret' },
        { type: 'reasoning.summary', summary: 'of another relay' },
        null,
      ],
    }
    expect(messages(...MESSAGES, answer).messages?.[1]?.parts).toEqual([
      { kind: 'thinking', text: 'Hm', signature: 'proof' },
      { kind: 'thinking', text: '', redacted: 'secret' },
      { kind: 'text', text: 'So' },
    ])
  })
})
