import type { BodyReader } from './body-reader.ts'
import { wordsOf } from './content-part.ts'
import { givenTexts } from './given-texts.ts'
import { objectsOf } from './json-value.ts'

/** OpenAI's legacy completions, and every other request whose words are its `prompt`. */
export const completionsBody: BodyReader = {
  request({ prompt }) {
    const parts = givenTexts(prompt)
    return parts.length > 0 ? [{ role: 'user', parts }] : []
  },
  answer: ({ choices }) =>
    objectsOf(choices)
      .filter((choice) => typeof choice.text === 'string')
      .map((choice) => ({ role: 'assistant', parts: wordsOf(choice.text) })),
}
