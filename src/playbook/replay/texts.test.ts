import { expect, it } from 'vitest'
import { isAppError } from '../../kernel/index.ts'
import { parseTexts } from './texts.ts'

const squad = JSON.stringify({
  data: [{ paragraphs: [{ context: 'c', qas: [{ question: 'q1' }, { question: 'q2' }] }] }],
})

it('takes the questions of SQuAD files with their paragraphs', () => {
  expect(parseTexts([{ name: 'a.json', content: squad }])).toEqual([
    { context: 'c', question: 'q1' },
    { context: 'c', question: 'q2' },
  ])
})

it('takes from each file in turn', () => {
  const lines = '{"question":"l1","answer":"a"}\n{"question":"l2"}\n{"question":"l3"}\n'
  const passages = parseTexts([
    { name: 'a.json', content: squad },
    { name: 'b.jsonl', content: lines },
  ])
  expect(passages.map(({ question }) => question)).toEqual(['q1', 'l1', 'q2', 'l2', 'l3'])
})

it.each([
  ['a.json', '{"data":1}'],
  ['a.json', 'no json'],
  ['a.jsonl', '{"question":""}'],
  ['a.jsonl', ''],
])('refuses %s holding %j', (name, content) => {
  expect(() => parseTexts([{ name, content }])).toThrow(
    expect.toSatisfy((error) => isAppError(error, 'REPLAY_INPUT_INVALID')),
  )
})
