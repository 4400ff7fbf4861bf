const HEX_DIGITS = 4

/**
 * Takes the backslashes out: what follows one stands for itself, `\u0041` for a character by its
 * number. Returns undefined when such a number is not four hexadecimal digits.
 */
export function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text
  let plain = ''
  for (let place = 0; place < text.length; place++) {
    if (text[place] !== '\\') {
      plain += text[place]
      continue
    }
    place++
    if (text[place] !== 'u') {
      plain += text[place] ?? ''
      continue
    }
    const digits = text.slice(place + 1, place + 1 + HEX_DIGITS)
    if (!/^[\da-f]{4}$/i.test(digits)) return undefined
    plain += String.fromCharCode(Number.parseInt(digits, 16))
    place += HEX_DIGITS
  }
  return plain
}

/** Puts a backslash before every character that has a meaning in Lucene's syntax. */
export function escaped(text: string): string {
  return text.replace(/[-\\+!():^[\]"{}~*?|&/]/g, '\\$&')
}
