import { describe, expect, it } from 'vitest'
import { StreamAssembler } from './stream-assembler.ts'

function assemble(deltas: readonly object[], maxBytes = 10_000): StreamAssembler {
  const assembler = new StreamAssembler(maxBytes)
  for (const delta of deltas) {
    const choices = [{ index: 0, delta, finish_reason: null }]
    assembler.add(JSON.stringify({ id: 'c1', created: 7, model: 'm', choices }))
  }
  return assembler
}

function answerOf(assembler: StreamAssembler) {
  return JSON.parse(assembler.toJson() ?? '{}') as { choices: { message: object }[] }
}

describe('the answer of a stream', () => {
  it('is what the same answer looks like when it is not streamed', () => {
    const assembler = assemble([
      { role: 'assistant', content: '' },
      { content: 'Chào ' },
      { content: 'bạn' },
    ])
    assembler.add(JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
    assembler.add(JSON.stringify({ choices: [], usage: { prompt_tokens: 1 } }))
    expect(answerOf(assembler)).toEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Chào bạn' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 1 },
    })
  })

  it('puts the pieces of tool calls together by their index', () => {
    const assembler = assemble([
      {
        tool_calls: [
          { index: 1, id: 'b', type: 'function', function: { name: 'two', arguments: '' } },
        ],
      },
      {
        tool_calls: [
          { index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '{"x"' } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    ])
    expect(answerOf(assembler).choices[0]?.message).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'one', arguments: '{"x":1}' } },
        { id: 'b', type: 'function', function: { name: 'two', arguments: '' } },
      ],
    })
  })

  it('keeps the choices apart', () => {
    const assembler = new StreamAssembler(1000)
    for (const index of [1, 0, 1]) {
      assembler.add(JSON.stringify({ choices: [{ index, delta: { content: String(index) } }] }))
    }
    expect(answerOf(assembler).choices.map(({ message }) => message)).toEqual([
      { role: 'assistant', content: '0' },
      { role: 'assistant', content: '11' },
    ])
  })

  it('stops keeping text at its limit but goes on counting', () => {
    const assembler = assemble(
      Array.from({ length: 100 }, () => ({ content: 'abcdefghij' })),
      500,
    )
    expect(assembler.truncated).toBe(true)
    expect(assembler.characters.narrow).toBe(1000)
    expect((assembler.toJson() ?? '').length).toBeLessThan(800)
  })

  it.each(['not json', '7', 'null', '[]', '{"choices":[null,{"delta":7}]}', '{"choices":{}}'])(
    'is not disturbed by %s',
    (data) => {
      const assembler = assemble([{ content: 'a' }])
      assembler.add(data)
      expect(answerOf(assembler).choices[0]?.message).toMatchObject({ content: 'a' })
    },
  )
})
