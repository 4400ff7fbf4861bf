import { wordsOf } from './content-part.ts'
import type { Part } from './message.ts'

/** A text, a list of them, or the same as numbers of tokens; nothing for anything else. */
export function givenTexts(value: unknown): readonly Part[] {
  const words = wordsOf(value)
  if (words.length > 0 || !Array.isArray(value)) return words
  if (value.length > 0 && value.every(isNumber)) return [{ kind: 'tokens', count: value.length }]
  return value.flatMap((item: unknown): readonly Part[] =>
    Array.isArray(item) && item.every(isNumber)
      ? [{ kind: 'tokens', count: item.length }]
      : wordsOf(item),
  )
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}
