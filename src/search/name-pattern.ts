/** Compares piece by piece between the stars, which takes linear time on any pattern. */
export function fitsPattern(text: string, pattern: string): boolean {
  const [first = '', ...pieces] = pattern.split('*')
  const last = pieces.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first) || text.length < first.length + last.length) return false
  let place = first.length
  const end = text.length - last.length
  for (const piece of pieces) {
    const found = text.indexOf(piece, place)
    if (found < 0 || found + piece.length > end) return false
    place = found + piece.length
  }
  return text.endsWith(last)
}
