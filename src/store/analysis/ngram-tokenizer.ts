import { illegalArgument } from '../search-failure.ts'
import type { ComponentOptions } from './component-options.ts'
import type { GramLimits, StreamToken, Tokenizer } from './token-stream.ts'

const CHARACTERS: Readonly<Record<string, RegExp>> = {
  letter: /\p{L}/u,
  digit: /\p{Nd}/u,
  whitespace: /\s/u,
  punctuation: /\p{P}/u,
  symbol: /\p{S}/u,
}

interface Grams {
  readonly min: number
  readonly max: number
}

/** Reads `min_gram` and `max_gram`, 1 and 2 when they are not given. */
export function gramBounds(options: ComponentOptions): Grams {
  const [min, max] = [options.count('min_gram', 1), options.count('max_gram', 2)]
  if (min < 1) throw illegalArgument('minGram must be greater than zero')
  if (min > max) throw illegalArgument('minGram must not be greater than maxGram')
  return { min, max }
}

/** @throws SearchFailure when a text would give too many tokens */
export function checkDifference(
  { min, max }: Grams,
  { maxNgramDifference }: GramLimits,
  part: 'Tokenizer' | 'TokenFilter',
): void {
  if (max - min <= maxNgramDifference) return
  const name = part === 'Tokenizer' ? 'NGram Tokenizer' : 'NGramTokenFilter'
  throw illegalArgument(
    `The difference between max_gram and min_gram in ${name} must be less than or equal to: [${maxNgramDifference}] but was [${max - min}]. This limit can be set by changing the [index.max_ngram_diff] index level setting.`,
  )
}

/** Every run of `min_gram` to `max_gram` characters; `token_chars` says which ones count. */
export function ngramTokenizer(options: ComponentOptions, limits: GramLimits): Tokenizer {
  const bounds = gramBounds(options)
  checkDifference(bounds, limits, 'Tokenizer')
  return gramTokenizer(bounds, options, false)
}

/** The first characters of every word. */
export function edgeNgramTokenizer(options: ComponentOptions): Tokenizer {
  return gramTokenizer(gramBounds(options), options, true)
}

function gramTokenizer({ min, max }: Grams, options: ComponentOptions, isEdge: boolean): Tokenizer {
  options.allow('min_gram', 'max_gram', 'token_chars', 'custom_token_chars')
  const counts = characterTest(options)
  return (text) => {
    const tokens: StreamToken[] = []
    for (const places of runs(text, counts)) {
      const characters = places.length - 1
      const lastStart = isEdge ? 0 : characters - 1
      for (let first = 0; first <= lastStart; first++) {
        for (let length = min; length <= max && first + length <= characters; length++) {
          const [start, end] = [places[first]!, places[first + length]!]
          tokens.push({ text: text.slice(start, end), start, end, type: 'word', step: 1 })
        }
      }
    }
    return tokens
  }
}

function characterTest(options: ComponentOptions): (character: string) => boolean {
  const classes = (options.list('token_chars') ?? []).map((name) => name.toLowerCase())
  const own = options.text('custom_token_chars')
  if (classes.includes('custom') && own === undefined) {
    throw illegalArgument(
      'Token type: [custom] requires setting [custom_token_chars] to be configured',
    )
  }
  const tests = classes
    .filter((name) => name !== 'custom')
    .map((name) => {
      const test = Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : undefined
      if (test === undefined) throw illegalArgument(`Unknown token type: '${name}'`)
      return test
    })
  const custom = new Set(classes.includes('custom') ? own : '')
  if (classes.length === 0) return () => true
  return (character) => custom.has(character) || tests.some((test) => test.test(character))
}

/** Places of the characters of every run that counts, with the place after the last. */
function* runs(
  text: string,
  counts: (character: string) => boolean,
): Generator<readonly number[], void> {
  let places: number[] = []
  let place = 0
  for (const character of text) {
    if (counts(character)) places.push(place)
    else if (places.length > 0) {
      yield [...places, place]
      places = []
    }
    place += character.length
  }
  if (places.length > 0) yield [...places, place]
}
