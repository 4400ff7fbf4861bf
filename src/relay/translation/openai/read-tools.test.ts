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

describe('tools', () => {
  const TOOLS = ['f', 'g'].map((name) => ({ type: 'function', function: { name } }))

  it('are taken with their schema and strictness', () => {
    const parameters = { type: 'object', properties: {} }
    const given = { name: 'f', description: 'does', parameters, strict: true }
    const tools = [
      { type: 'function', function: given },
      { type: 'function', function: { name: 'g', strict: false, parameters: null } },
    ]
    expect(read({ tools, parallel_tool_calls: false })).toMatchObject({
      tools: [given, { name: 'g' }],
      parallelToolCalls: false,
    })
  })

  it.each([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { kind: 'tool', name: 'f' },
    ],
  ])('are chosen by %j', (tool_choice, toolChoice) => {
    expect(read({ tools: TOOLS, tool_choice }).toolChoice).toEqual(toolChoice)
  })

  it('that are not allowed are not offered', () => {
    const allowed_tools = { mode: 'required', tools: [TOOLS[1]] }
    const tool_choice = { type: 'allowed_tools', allowed_tools }
    expect(read({ tools: TOOLS, tool_choice })).toMatchObject({
      tools: [{ name: 'g' }],
      toolChoice: { kind: 'required' },
    })
  })
})
