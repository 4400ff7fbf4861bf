import { illegalArgument } from '../search-failure.ts'
import type { Analyzer } from './analyzer.ts'
import { chainAnalyzer } from './chain-analyzer.ts'
import { cjkBigrams, widthUnified } from './cjk.ts'
import { ComponentOptions } from './component-options.ts'
import { defaultAnalyzer } from './default-analyzer.ts'
import { standardTokenizer } from './standard-tokenizer.ts'
import { CJK_STOP_WORDS, readStopWords } from './stop-words.ts'
import { lowercase } from './token-filters.ts'
import { eachText, keepIf, type TokenFilter, type Tokenizer } from './token-stream.ts'
import { letters, patternTokenizer, TOKENIZERS, wholeText } from './tokenizers.ts'

type Make = (name: string, options: ComponentOptions) => Analyzer

const LIMITS = { maxNgramDifference: 1 }

function chain(name: string, tokenizer: Tokenizer, ...filters: readonly TokenFilter[]): Analyzer {
  return chainAnalyzer(name, { charFilters: [], tokenizer, filters })
}

function stopFilter(options: ComponentOptions, fallback: readonly string[]): TokenFilter {
  const list = options.list('stopwords')
  const words = new Set(list === undefined ? fallback : readStopWords(list))
  return words.size === 0 ? (tokens) => tokens : keepIf(({ text }) => !words.has(text))
}

/** Analyzers by type, with what each can be set to. */
const TYPES: Readonly<Record<string, Make>> = {
  default: (name, options) => {
    options.allow()
    return { ...defaultAnalyzer, name }
  },
  standard: (name, options) => {
    options.allow('stopwords', 'max_token_length')
    const tokenizer = standardTokenizer(options.count('max_token_length', 255))
    return chain(name, tokenizer, lowercase, stopFilter(options, []))
  },
  simple: (name, options) => {
    options.allow()
    return chain(name, letters, lowercase)
  },
  whitespace: (name, options) => {
    options.allow()
    return chain(name, TOKENIZERS.whitespace!(options, LIMITS))
  },
  keyword: (name, options) => {
    options.allow()
    return chain(name, wholeText)
  },
  stop: (name, options) => {
    options.allow('stopwords')
    return chain(name, letters, lowercase, stopFilter(options, readStopWords(['_english_'])))
  },
  cjk: (name, options) => {
    options.allow('stopwords')
    const width = eachText(widthUnified)
    const stop = stopFilter(options, CJK_STOP_WORDS)
    return chain(name, standardTokenizer(255), width, lowercase, cjkBigrams([], false), stop)
  },
  pattern: (name, options) => {
    options.allow('pattern', 'flags', 'lowercase', 'stopwords')
    const settings = { pattern: options.text('pattern'), flags: options.text('flags') }
    const tokenizer = patternTokenizer(new ComponentOptions(name, settings))
    const filters = options.flag('lowercase', true) ? [lowercase] : []
    return chain(name, tokenizer, ...filters, stopFilter(options, []))
  },
}

/** Elasticsearch's analyzers that are not supported: they need the grammar of a language. */
export const UNSUPPORTED_ANALYZERS: ReadonlySet<string> = new Set(
  `arabic armenian basque bengali brazilian bulgarian catalan chinese czech danish dutch english
  estonian fingerprint finnish french galician german greek hindi hungarian indonesian irish italian
  latvian lithuanian norwegian persian portuguese romanian russian snowball sorani spanish swedish
  thai turkish`.split(/\s+/),
)

/** The analyzers that every index has. */
export const BUILT_IN: ReadonlyMap<string, Analyzer> = new Map(
  Object.entries(TYPES).map(([name, make]) => [name, make(name, new ComponentOptions(name, {}))]),
)

/** @throws SearchFailure for a type or an option that does not exist or is not supported */
export function configuredAnalyzer(
  name: string,
  type: string,
  options: ComponentOptions,
): Analyzer {
  const make = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
  if (make !== undefined) return make(name, options)
  throw illegalArgument(
    UNSUPPORTED_ANALYZERS.has(type)
      ? `analyzer type [${type}] of [${name}] is not supported`
      : `Unknown analyzer type [${type}] for [${name}]`,
  )
}
