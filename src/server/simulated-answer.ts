const OPENING = 'This is a simulated answer, no provider was called. You wrote: '
const DEFAULT_QUOTE_CHARACTERS = 400

/** A sentence with its stops, Latin or Chinese, and the white space after it. */
const SENTENCE = /[^.!?\u3002\uff01\uff1f\n]+[.!?\u3002\uff01\uff1f\n]*\s*/gu

/**
 * Makes an answer out of the prompt's own words, so that it is in the prompt's language and can
 * be searched like a real one: its sentences from the last to the first, repeated as needed.
 * `characters` is the length wanted; without it a short quote is returned and says what it is.
 */
export function simulatedAnswer(prompt: string, characters: number | undefined): string {
  const words = prompt.trim()
  if (characters === undefined) return OPENING + words.slice(-DEFAULT_QUOTE_CHARACTERS)
  if (words === '') return OPENING.slice(0, characters)
  const sentences = words.match(SENTENCE)?.reverse() ?? [words]
  const pass = sentences.map((sentence) => sentence.trim()).join(' ')
  const repeated = `${pass} `.repeat(Math.ceil(characters / (pass.length + 1)))
  return wholeCharacters(repeated.slice(0, Math.max(1, characters)))
}

/** Drops half of a surrogate pair that a cut may have left at the end. */
function wholeCharacters(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text
}
