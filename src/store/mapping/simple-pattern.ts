/** Tells whether `text` is as `pattern` says, in which `*` stands for any characters. */
export function matchesSimple(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === text
  const last = rest.pop()!
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let place = first.length
  const end = text.length - last.length
  for (const part of rest) {
    const found = text.indexOf(part, place)
    if (found < 0 || found + part.length > end) return false
    place = found + part.length
  }
  return text.endsWith(last)
}
