import { illegalArgument } from '../search-failure.ts'
import type { ComponentOptions } from './component-options.ts'
import { lowerCased } from './letter-case.ts'
import { edgeNgramTokenizer, ngramTokenizer } from './ngram-tokenizer.ts'
import { patternOption } from './pattern-option.ts'
import { addPieces, standardTokenizer } from './standard-tokenizer.ts'
import type { GramLimits, StreamToken, Tokenizer } from './token-stream.ts'

type Make = (options: ComponentOptions, limits: GramLimits) => Tokenizer

const LONGEST_TOKEN = 255

/** Tokenizers by type. */
export const TOKENIZERS: Readonly<Record<string, Make>> = {
  standard: (options) => {
    options.allow('max_token_length')
    return standardTokenizer(options.count('max_token_length', LONGEST_TOKEN))
  },
  whitespace: (options) => {
    options.allow('max_token_length')
    return matchTokenizer(WHITESPACE, options.count('max_token_length', LONGEST_TOKEN))
  },
  letter: (options) => {
    options.allow()
    return letters
  },
  lowercase: (options) => {
    options.allow()
    return (text) => letters(text).map((token) => ({ ...token, text: lowerCased(token.text) }))
  },
  keyword: (options) => {
    options.allow('buffer_size')
    return wholeText
  },
  pattern: patternTokenizer,
  ngram: ngramTokenizer,
  edge_ngram: edgeNgramTokenizer,
  path_hierarchy: pathTokenizer,
}

/** Blanks as Java sees them: no-break spaces are none. */
const WHITESPACE = /[\S\u00a0\u2007\u202f\ufeff]+/gu
const LETTERS = /\p{L}+/gu

export function letters(text: string): readonly StreamToken[] {
  return matchTokenizer(LETTERS, LONGEST_TOKEN)(text)
}

function matchTokenizer(pattern: RegExp, maxLength: number): Tokenizer {
  if (maxLength < 1) throw illegalArgument('max_token_length must be greater than zero')
  return (text) => {
    const tokens: StreamToken[] = []
    for (const { 0: word, index } of text.matchAll(pattern)) {
      addPieces(tokens, word, index, 'word', maxLength)
    }
    return tokens
  }
}

export const wholeText: Tokenizer = (text) => [
  { text, start: 0, end: text.length, type: 'word', step: 1 },
]

/** Cuts at what the pattern finds, or takes what its `group` does. */
export function patternTokenizer(options: ComponentOptions): Tokenizer {
  options.allow('pattern', 'flags', 'group')
  const pattern = patternOption(options, '\\W+')
  const groupText = options.text('group') ?? '-1'
  const group = Number(groupText)
  if (!/^-?\d{1,3}$/.test(groupText)) {
    throw illegalArgument(`Failed to parse value [${groupText}] for setting [group]`)
  }
  return (text) => {
    const tokens: StreamToken[] = []
    const add = (start: number, end: number) => {
      if (end <= start) return
      tokens.push({ text: text.slice(start, end), start, end, type: 'word', step: 1 })
    }
    let place = 0
    for (const match of pattern.matches(text)) {
      const [start, end] = match[0]!
      if (group < 0) {
        add(place, start)
        place = end
      } else if (match[group] !== undefined) add(...match[group])
    }
    if (group < 0) add(place, text.length)
    return tokens
  }
}

/** Tokens that one text may give; of deeper paths the rest is left out. */
const MOST_PARTS = 10_000

function pathTokenizer(options: ComponentOptions): Tokenizer {
  options.allow('delimiter', 'replacement', 'buffer_size', 'reverse', 'skip')
  const delimiter = options.text('delimiter') ?? '/'
  const replacement = options.text('replacement') ?? delimiter
  if (delimiter.length !== 1) throw illegalArgument('delimiter must be a one char value')
  if (replacement.length !== 1) throw illegalArgument('replacement must be a one char value')
  const [skip, isReverse] = [options.count('skip', 0), options.flag('reverse', false)]
  return (text) => {
    const spans = isReverse ? backwards(text, delimiter, skip) : forwards(text, delimiter, skip)
    return spans.slice(0, MOST_PARTS).map(([start, end], place) => ({
      text: text.slice(start, end).replaceAll(delimiter, () => replacement),
      start,
      end,
      type: 'word',
      step: place === 0 ? 1 : 0,
    }))
  }
}

type Spans = readonly (readonly [number, number])[]

/** `/a/b` gives `/a` and `/a/b`; what is skipped goes from the front. */
function forwards(text: string, delimiter: string, skip: number): Spans {
  const ends: number[] = []
  for (
    let place = text.indexOf(delimiter, 1);
    place > 0;
    place = text.indexOf(delimiter, place + 1)
  ) {
    ends.push(place)
  }
  if (text !== '' && !text.endsWith(delimiter)) ends.push(text.length)
  else if (text.length > 0 && ends.at(-1) !== text.length) ends.push(text.length)
  const start = skip === 0 ? 0 : (ends[skip - 1] ?? text.length)
  return ends.slice(skip).map((end) => [start, end] as const)
}

/** `a/b` gives `a/b` and `b`; what is skipped goes from the back. */
function backwards(text: string, delimiter: string, skip: number): Spans {
  const starts = text === '' ? [] : [0]
  for (
    let place = text.indexOf(delimiter);
    place >= 0;
    place = text.indexOf(delimiter, place + 1)
  ) {
    if (place + 1 < text.length) starts.push(place + 1)
  }
  const kept = starts.slice(0, Math.max(starts.length - skip, 0))
  const end = skip === 0 ? text.length : (starts.at(-skip) ?? text.length)
  return kept.map((start) => [start, end] as const)
}
