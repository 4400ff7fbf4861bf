import { describe, expect, it } from 'vitest'
import { groupFields } from './field-groups.ts'

describe('groupFields', () => {
  it('sorts fields into groups, the error first, and leaves out what is absent', () => {
    const groups = groupFields({ model: 'a', error_type: 'timeout', user_id: '', latency_ms: 0 })
    expect(groups.map(({ name, fields }) => [name, fields.map(([field]) => field)])).toEqual([
      ['error', ['error_type']],
      ['what', ['model']],
      ['timing', ['latency_ms']],
    ])
  })

  it('shows fields it does not know, and bodies only as the conversation', () => {
    const groups = groupFields({ newcomer: 1, prompt: 'x', request_body: '{}' })
    expect(groups).toEqual([{ name: 'other', fields: [['newcomer', 1]] }])
  })

  it("leaves attempts to their own picture, unless they are not the relay's", () => {
    expect(groupFields({ attempts: [{ target: 'a/b', start_ms: 1 }] })).toEqual([])
    expect(groupFields({ attempts: 3 })).toEqual([{ name: 'what', fields: [['attempts', 3]] }])
  })
})
