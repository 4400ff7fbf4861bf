import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCutJson } from './cut-json.ts'

it.each([
  ['{"messages":[{"role":"user","content":"Once upon', { role: 'user', content: 'Once upon' }],
  ['{"messages":[{"role":"user","content":"Once \\u00', { role: 'user', content: 'Once ' }],
  ['{"messages":[{"role":"user","content":"Once \\', { role: 'user', content: 'Once ' }],
  ['{"messages":[{"role":"user","content":"C:\\\\', { role: 'user', content: 'C:\\' }],
  ['{"messages":[{"role":"user","conte', { role: 'user' }],
  ['{"messages":[{"role":"user","content":', { role: 'user' }],
  ['{"messages":[{"role":"user","n":12', { role: 'user' }],
  ['{"messages":[{"role":"user"},', { role: 'user' }],
])('keeps what is whole of %s', (text, message) => {
  expect(parseCutJson(text)).toEqual({ messages: [message] })
})

it('finds something in every beginning of an object', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.nat(), (object, at) => {
      const text = JSON.stringify(object)
      expect(parseCutJson(text.slice(0, 1 + (at % text.length)))).toBeTypeOf('object')
    }),
  )
})

it('gives up on what is no JSON, or nested without end', () => {
  expect(parseCutJson('<html>502</html>')).toBeUndefined()
  expect(parseCutJson(']]}{')).toBeUndefined()
  expect(parseCutJson('[{"a":'.repeat(100_000))).toBeUndefined()
})
