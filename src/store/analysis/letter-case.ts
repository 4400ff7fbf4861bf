/**
 * Lower case as Elasticsearch's filters make it: one character for one, whatever stands around it.
 */
export function lowerCased(text: string): string {
  return text.replaceAll('\u0130', 'i').replaceAll('\u03a3', '\u03c3').toLowerCase()
}

/** Upper case of every character that has one character for it. */
export function upperCased(text: string): string {
  return text.replace(/\P{Lu}+/gu, (piece) => {
    const upper = piece.toUpperCase()
    return upper.length === piece.length ? upper : [...piece].map(upperCharacter).join('')
  })
}

function upperCharacter(character: string): string {
  const upper = character.toUpperCase()
  return upper.length === character.length ? upper : character
}
