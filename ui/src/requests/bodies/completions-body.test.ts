import { expect, it } from 'vitest'
import answer from '../../../../test/fixtures/answers/openai-completions.json'
import { completionsBody } from './completions-body.ts'

it('reads the prompts of a legacy completion, also those of tokens', () => {
  expect(completionsBody.request({ prompt: ['Once', [1, 2]] })).toEqual([
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Once' },
        { kind: 'tokens', count: 2 },
      ],
    },
  ])
})

it('reads the text of a legacy completion', () => {
  expect(completionsBody.answer(answer)).toEqual([
    { role: 'assistant', parts: [{ kind: 'text', text: '\n\nThis is indeed a test' }] },
  ])
})
