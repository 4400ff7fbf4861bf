import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import { readStream } from './read-answer.ts'

function stream(...chunks: readonly object[]): readonly AnswerEvent[] {
  const decoder = readStream()
  const events = chunks.flatMap((chunk) => decoder.read(JSON.stringify(chunk)))
  return [...events, ...decoder.read('[DONE]'), ...decoder.end()]
}

/** What the model said, from the deltas alone. */
function said(...deltas: readonly object[]): readonly AnswerEvent[] {
  const chunks = deltas.map((delta) => ({ id: 'chatcmpl-9', choices: [{ index: 0, delta }] }))
  return stream(...chunks).filter(({ kind }) => kind !== 'start' && kind !== 'stop')
}

function callDelta(...calls: readonly object[]): object {
  return { tool_calls: calls }
}

const start = (index: number, id: string, name: string): AnswerEvent => ({
  kind: 'tool_start',
  index,
  id,
  name,
})
const more = (index: number, json: string): AnswerEvent => ({
  kind: 'tool_arguments',
  index,
  json,
})

describe('streamed tool calls', () => {
  it('are put together by their number', () => {
    const events = said(
      callDelta({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      callDelta({ index: 0, function: { arguments: '{"x"' } }),
      callDelta(
        { index: 0, function: { arguments: ':1}' } },
        { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
      ),
    )
    expect(events).toEqual([
      start(0, 'a', 'f'),
      more(0, '{"x"'),
      more(0, ':1}'),
      start(1, 'b', 'g'),
      more(1, '{}'),
    ])
  })

  it('wait for a name that comes late', () => {
    const events = said(
      callDelta({ index: 0, id: 'a', function: { arguments: '{' } }),
      callDelta({ index: 0, function: { name: 'f', arguments: '}' } }),
    )
    expect(events).toEqual([start(0, 'a', 'f'), more(0, '{}')])
  })

  it('are told apart by id where the provider leaves out the number', () => {
    const events = said(
      callDelta({ id: 'a', function: { name: 'f', arguments: '' } }),
      callDelta({ function: { arguments: '1' } }),
      callDelta({ id: 'b', function: { name: 'g', arguments: '2' } }),
      callDelta({ id: 'a', function: { arguments: '3' } }),
    )
    expect(events).toEqual([
      start(0, 'a', 'f'),
      more(0, '1'),
      start(1, 'b', 'g'),
      more(1, '2'),
      more(0, '3'),
    ])
  })

  it('are told apart by name where the provider leaves out number and id', () => {
    const events = said(
      callDelta(
        { function: { name: 'f', arguments: '1' } },
        { function: { name: 'f', arguments: '2' } },
      ),
      callDelta({ function: { arguments: '3' } }),
    )
    const id = 'call_chatcmpl-9'
    expect(events).toEqual([
      start(0, `${id}_0`, 'f'),
      more(0, '1'),
      start(1, `${id}_1`, 'f'),
      more(1, '2'),
      more(1, '3'),
    ])
  })

  it('are told apart by id and name where all have the same number', () => {
    const call = (id: string): object => ({ index: 0, id, function: { name: 'f', arguments: id } })
    expect(said(callDelta(call('a'), call('b')))).toEqual([
      start(0, 'a', 'f'),
      more(0, 'a'),
      start(1, 'b', 'f'),
      more(1, 'b'),
    ])
  })

  it('stay one call where every piece has another id', () => {
    const events = said(
      callDelta({ index: 0, id: 'a', function: { name: 'f' } }),
      callDelta({ index: 0, id: 'b', function: { arguments: '{}' } }),
    )
    expect(events).toEqual([start(0, 'a', 'f'), more(0, '{}')])
  })

  it('may have an object for arguments, and a signature of Gemini', () => {
    const extra_content = { google: { thought_signature: 's' } }
    const call = { id: 'a', function: { name: 'f', arguments: { x: 1 } }, extra_content }
    expect(said(callDelta(call))).toEqual([
      { ...start(0, 'a', 'f'), signature: 's' },
      more(0, '{"x":1}'),
    ])
  })

  it('may come as the function call of old', () => {
    const events = stream(
      { choices: [{ delta: { function_call: { name: 'f', arguments: '' } } }] },
      { choices: [{ delta: { function_call: { arguments: '{}' } } }] },
      { choices: [{ delta: {}, finish_reason: 'function_call' }] },
    )
    expect(events.slice(1)).toEqual([
      start(0, 'call__0', 'f'),
      more(0, '{}'),
      { kind: 'stop', reason: 'tool_calls' },
    ])
  })
})
