import { expect, it } from 'vitest'
import { readAnswer, StreamReader } from './answer-reader.ts'

const USAGE = '{"choices":[],"usage":{"prompt_tokens":374,"completion_tokens":44}}'
const STREAM = `data: {"choices":[{"delta":{"content":"é"}}]}\r\n\r\ndata: ${USAGE}\n\ndata: [DONE]\n\n`

it('reads the usage of a whole answer', () => {
  expect(readAnswer(USAGE)).toEqual({ seenPromptTokens: 374, seenCompletionTokens: 44 })
})

it('reads the message of an error', () => {
  expect(readAnswer('{"error":{"message":"slow down"}}')).toEqual({ error: 'slow down' })
})

it('says so when an answer is not JSON', () => {
  expect(readAnswer('<html>')).toEqual({ error: 'answer is not JSON' })
})

it('reads a stream however it is cut into chunks', () => {
  const bytes = Buffer.from(STREAM)
  for (const size of [1, 2, 7, bytes.length]) {
    const reader = new StreamReader()
    for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size))
    expect(reader.end()).toEqual({
      seenPromptTokens: 374,
      seenCompletionTokens: 44,
      complete: true,
    })
  }
})

it('takes a stream without its last event for incomplete', () => {
  const reader = new StreamReader()
  reader.add(Buffer.from('data: {"choices":[]}\n\n'))
  expect(reader.end()).toEqual({ complete: false })
})

it('takes an error event for the honest end of a stream', () => {
  const reader = new StreamReader()
  reader.add(Buffer.from('data: {"error":{"message":"upstream broke"}}\n\n'))
  expect(reader.end()).toEqual({ error: 'upstream broke', complete: true })
})
