import { expect, it } from 'vitest'
import { simulatedAnswer } from './simulated-answer.ts'

it('says what it is and quotes the prompt when no length is asked for', () => {
  expect(simulatedAnswer('  Hello there ', undefined)).toBe(
    'This is a simulated answer, no provider was called. You wrote: Hello there',
  )
})

it.each([1, 7, 40, 5_000])('has the length asked for: %d characters', (characters) => {
  expect(simulatedAnswer('One sentence. Another one!', characters)).toHaveLength(characters)
})

it('answers in the words of the prompt, last sentence first', () => {
  expect(simulatedAnswer('法国的首都是什么？巴黎是首都。', 14)).toBe('巴黎是首都。 法国的首都是什')
})

it('never ends in half a character', () => {
  const answers = [1, 2, 3, 4, 5].map((length) => simulatedAnswer('a😀b😀', length))
  expect(answers.join('')).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/)
})

it('has something to say to an empty prompt', () => {
  expect(simulatedAnswer('', 10)).toBe('This is a ')
})
