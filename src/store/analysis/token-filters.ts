import { illegalArgument } from '../search-failure.ts'
import { asciiFolded } from './ascii-folding.ts'
import { cjkBigrams, widthUnified } from './cjk.ts'
import type { ComponentOptions } from './component-options.ts'
import { lowerCased, upperCased } from './letter-case.ts'
import { checkDifference, gramBounds } from './ngram-tokenizer.ts'
import { readStopWords } from './stop-words.ts'
import type { GramLimits } from './token-stream.ts'
import { eachText, keepIf, type StreamToken, type TokenFilter } from './token-stream.ts'

type Make = (options: ComponentOptions, limits: GramLimits) => TokenFilter

export const lowercase: TokenFilter = eachText(lowerCased)

/** Token filters by type. */
export const TOKEN_FILTERS: Readonly<Record<string, Make>> = {
  lowercase: (options) => {
    options.allow()
    return lowercase
  },
  uppercase: (options) => {
    options.allow()
    return eachText(upperCased)
  },
  asciifolding: (options) => {
    options.allow('preserve_original')
    const keepsOriginal = options.flag('preserve_original', false)
    return (tokens) =>
      tokens.flatMap((token) => {
        const text = asciiFolded(token.text)
        if (text === token.text) return [token]
        return [{ ...token, text }, ...(keepsOriginal ? [{ ...token, step: 0 }] : [])]
      })
  },
  stop: stopFilter,
  trim: (options) => {
    options.allow()
    return eachText((text) => text.trim())
  },
  unique: uniqueFilter,
  length: (options) => {
    options.allow('min', 'max')
    const [min, max] = [options.count('min', 0), options.count('max', 999_999_999)]
    return keepIf(({ text }) => text.length >= min && text.length <= max)
  },
  truncate: (options) => {
    options.allow('length')
    const length = options.count('length', 0)
    if (length < 1) throw illegalArgument('length parameter must be provided')
    return eachText((text) => (text.length > length ? text.slice(0, length) : text))
  },
  reverse: (options) => {
    options.allow()
    return eachText((text) => [...text].reverse().join(''))
  },
  cjk_width: (options) => {
    options.allow()
    return eachText(widthUnified)
  },
  cjk_bigram: (options) => {
    options.allow('ignored_scripts', 'output_unigrams')
    return cjkBigrams(options.list('ignored_scripts') ?? [], options.flag('output_unigrams', false))
  },
  ngram: ngramFilter,
  edge_ngram: edgeNgramFilter,
}

function stopFilter(options: ComponentOptions): TokenFilter {
  options.allow('stopwords', 'ignore_case', 'remove_trailing')
  const list = options.list('stopwords')
  // the words that Elasticsearch takes when none are given keep their case
  const ignoresCase = options.flag('ignore_case', false) && list !== undefined
  const form = (text: string) => (ignoresCase ? lowerCased(text) : text)
  const words = new Set(readStopWords(list ?? ['_english_']).map(form))
  return keepIf(({ text }) => !words.has(form(text)))
}

function uniqueFilter(options: ComponentOptions): TokenFilter {
  options.allow('only_on_same_position')
  const isLocal = options.flag('only_on_same_position', false)
  return (tokens) => {
    const seen = new Set<string>()
    return tokens.filter(({ text, step }) => {
      if (isLocal && step > 0) seen.clear()
      const isNew = !seen.has(text)
      seen.add(text)
      return isNew
    })
  }
}

/** Replaces a token by parts of it, all at its position. */
function parted(
  parts: (characters: readonly string[]) => readonly (readonly [number, number])[],
  keepsOriginal: (length: number) => boolean,
): TokenFilter {
  return (tokens) => {
    const made: StreamToken[] = []
    let gap = 0
    for (const token of tokens) {
      const characters = [...token.text]
      let step = token.step + gap
      const add = (text: string) => {
        made.push({ ...token, text, step })
        step = 0
      }
      for (const [from, to] of parts(characters)) add(characters.slice(from, to).join(''))
      if (keepsOriginal(characters.length)) add(token.text)
      gap = step
    }
    return made
  }
}

function ngramFilter(options: ComponentOptions, limits: GramLimits): TokenFilter {
  options.allow('min_gram', 'max_gram', 'preserve_original')
  const { min, max } = gramBounds(options)
  checkDifference({ min, max }, limits, 'TokenFilter')
  const keeps = options.flag('preserve_original', false)
  return parted(
    ({ length }) =>
      Array.from({ length }, (_, from) => from).flatMap((from) =>
        Array.from(
          { length: max - min + 1 },
          (_, more) => [from, from + min + more] as const,
        ).filter(([, to]) => to <= length),
      ),
    (length) => keeps && (length < min || length > max),
  )
}

function edgeNgramFilter(options: ComponentOptions): TokenFilter {
  options.allow('min_gram', 'max_gram', 'side', 'preserve_original')
  const { min, max } = gramBounds(options)
  const keeps = options.flag('preserve_original', false)
  const side = options.text('side') ?? 'front'
  if (side !== 'front' && side !== 'back') throw illegalArgument(`invalid side: ${side}`)
  return parted(
    ({ length }) =>
      Array.from({ length: Math.max(Math.min(max, length) - min + 1, 0) }, (_, more) =>
        side === 'front' ? ([0, min + more] as const) : ([length - min - more, length] as const),
      ),
    (length) => keeps && (length < min || length > max),
  )
}
