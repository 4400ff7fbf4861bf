import { expect, it } from 'vitest'
import answer from '../../../../test/fixtures/answers/openai-embeddings.json'
import { embeddingsBody } from './embeddings-body.ts'

it.each([
  ['OpenAI', answer, 1, 2],
  ['OpenAI in base64', { data: [{ embedding: 'AAAAAAAAgD8=' }, {}] }, 1, 2],
  ['Gemini', { embedding: { values: [0.1, 0.2, 0.3] } }, 1, 3],
  ['Gemini, many at once', { embeddings: [{ values: [0.1] }, { values: [0.2] }] }, 2, 1],
])('counts the vectors of %s', (_, body, count, dimensions) => {
  expect(embeddingsBody.answer(body)).toEqual([
    { role: 'assistant', parts: [{ kind: 'vectors', count, dimensions }] },
  ])
})
