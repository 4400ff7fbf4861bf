/** A piece of a KQL text that may be unfinished. */
export interface KqlToken {
  readonly kind: 'word' | 'keyword' | 'operator' | 'open' | 'close'
  readonly text: string
  readonly from: number
  readonly to: number
  /** A quoted text that has its second quote. */
  readonly isClosed: boolean
  /** What the token means up to a place in it, without quotes and backslashes. */
  textBefore(place: number): string
}

const BLANKS = ' \t\r\n'
const ENDS_WORD = `${BLANKS}():<>"{}`
const KEYWORDS: readonly string[] = ['and', 'or', 'not']

/** Cuts a text into tokens, whatever is wrong with it. */
export function* scanKql(text: string): Generator<KqlToken> {
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    if (BLANKS.includes(character)) {
      at++
      continue
    }
    const token = tokenAt(text, at, character)
    yield token
    at = token.to
  }
}

function tokenAt(text: string, at: number, character: string): KqlToken {
  if (character === '"') return quoted(text, at)
  if ('({'.includes(character)) return token('open', text, at, at + 1)
  if (')}'.includes(character)) return token('close', text, at, at + 1)
  if (character === ':') return token('operator', text, at, at + 1)
  if ('<>'.includes(character)) {
    return token('operator', text, at, text[at + 1] === '=' ? at + 2 : at + 1)
  }
  let end = at
  while (end < text.length && !ENDS_WORD.includes(text[end]!)) end += text[end] === '\\' ? 2 : 1
  end = Math.min(end, text.length)
  const isKeyword =
    KEYWORDS.includes(text.slice(at, end).toLowerCase()) &&
    end < text.length &&
    BLANKS.includes(text[end]!)
  return token(isKeyword ? 'keyword' : 'word', text, at, end)
}

function token(kind: KqlToken['kind'], query: string, from: number, to: number): KqlToken {
  return {
    kind,
    text: query.slice(from, to),
    from,
    to,
    isClosed: false,
    textBefore: (place) => query.slice(from, place).replace(/\\(.)/gs, '$1'),
  }
}

function quoted(query: string, from: number): KqlToken {
  let end = from + 1
  while (end < query.length && query[end] !== '"') end += query[end] === '\\' ? 2 : 1
  const isClosed = end < query.length
  const to = isClosed ? end + 1 : query.length
  return {
    ...token('word', query, from, to),
    isClosed,
    textBefore: (place) =>
      query.slice(from + 1, Math.min(place, isClosed ? end : to)).replace(/\\(["\\])/g, '$1'),
  }
}
