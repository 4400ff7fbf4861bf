import { ANY_CHARACTER, ANYTHING, character, type PatternTree, sequence } from './pattern-tree.ts'

/** Reads a pattern of `*`, `?` and characters; a backslash makes one of what follows. */
export function parseWildcard(pattern: string, ignoreCase: boolean): PatternTree {
  const parts: PatternTree[] = []
  const characters = [...pattern]
  for (let place = 0; place < characters.length; place++) {
    const one = characters[place]!
    if (one === '*') {
      if (parts.at(-1) !== ANYTHING) parts.push(ANYTHING)
    } else if (one === '?') parts.push(ANY_CHARACTER)
    else {
      const isEscape = one === '\\' && place + 1 < characters.length
      const meant = isEscape ? characters[++place]! : one
      parts.push(character(meant.codePointAt(0)!, ignoreCase))
    }
  }
  return sequence(parts)
}

/** What begins with the text. */
export function parsePrefix(text: string, ignoreCase: boolean): PatternTree {
  const characters = Array.from(text, (one) => character(one.codePointAt(0)!, ignoreCase))
  return sequence([...characters, ANYTHING])
}
