import type { Settings } from '../indices/index-meta.ts'
import { illegalArgument } from '../search-failure.ts'
import type { Analyzer, Normalizer } from './analyzer.ts'
import { BUILT_IN, configuredAnalyzer, UNSUPPORTED_ANALYZERS } from './built-in-analyzers.ts'
import { chainAnalyzer } from './chain-analyzer.ts'
import { CHAR_FILTERS } from './char-filters.ts'
import { ComponentOptions, groupsUnder } from './component-options.ts'
import { lowerCased } from './letter-case.ts'
import { TOKEN_FILTERS } from './token-filters.ts'
import type { GramLimits, TokenFilter } from './token-stream.ts'
import { TOKENIZERS, wholeText } from './tokenizers.ts'

type Json = Readonly<Record<string, unknown>>
type Groups = ReadonlyMap<string, Json>

/** The parts of an analyzer as `_analyze` takes them: names, or definitions of their own. */
export interface AnalyzerParts {
  readonly tokenizer?: unknown
  readonly filter?: readonly unknown[]
  readonly charFilter?: readonly unknown[]
}

const PREFIX = 'index.analysis.'
const OWN_DEFAULT = '_default'
/** Filters that change one character at a time and so may stand in a normalizer. */
const NORMALIZER_FILTERS = new Set(['lowercase', 'uppercase', 'asciifolding', 'trim', 'cjk_width'])

/** The analyzers and normalizers of an index: those of its settings and those built in. */
export class Analysis {
  readonly #tokenizers: Groups
  readonly #filters: Groups
  readonly #charFilters: Groups
  readonly #limits: GramLimits
  readonly #analyzers = new Map<string, Analyzer>()
  readonly #normalizers = new Map<string, Normalizer>()

  /**
   * Reads settings, flat, `index.analysis.` in front. Lists may also be JSON texts, texts with commas
   * between, or one setting for each place.
   *
   * @throws SearchFailure for what is wrong or not supported in any of them
   */
  constructor(settings: Settings) {
    this.#limits = { maxNgramDifference: readDifference(settings['index.max_ngram_diff']) }
    this.#tokenizers = groupsUnder(settings, `${PREFIX}tokenizer.`)
    this.#filters = groupsUnder(settings, `${PREFIX}filter.`)
    this.#charFilters = groupsUnder(settings, `${PREFIX}char_filter.`)
    for (const name of this.#tokenizers.keys()) this.#tokenizer(name)
    for (const name of this.#filters.keys()) this.#filter(name)
    for (const name of this.#charFilters.keys()) this.#charFilter(name)
    for (const [name, values] of groupsUnder(settings, `${PREFIX}analyzer.`)) {
      const kept = name === 'default' ? OWN_DEFAULT : name
      this.#analyzers.set(kept, this.#defined(name, values))
    }
    for (const [name, values] of groupsUnder(settings, `${PREFIX}normalizer.`)) {
      this.#normalizers.set(name, this.#definedNormalizer(name, values))
    }
  }

  /**
   * The analyzer of that name, of the index or built in; `default` is what texts get whose field
   * names none.
   *
   * @throws SearchFailure when there is none, or it is not supported
   */
  analyzer(name: string): Analyzer {
    const found = this.#analyzers.get(this.keptName(name)) ?? BUILT_IN.get(name)
    if (found !== undefined) return found
    if (name === 'default_search') return this.analyzer('default')
    throw illegalArgument(
      UNSUPPORTED_ANALYZERS.has(name)
        ? `analyzer [${name}] is not supported`
        : `analyzer [${name}] has not been configured in mappings`,
    )
  }

  /**
   * The name that an analyzer is kept under: `default` is always the product's own, one that the
   * index defines under this name is `_default`.
   */
  keptName(name: string): string {
    return name === 'default' && this.#analyzers.has(OWN_DEFAULT) ? OWN_DEFAULT : name
  }

  /** Whether the settings of the index define an analyzer of that name. */
  hasOwn(name: string): boolean {
    return this.#analyzers.has(this.keptName(name))
  }

  hasNormalizer(name: string): boolean {
    return name === 'lowercase' || this.#normalizers.has(name)
  }

  /** @throws SearchFailure when there is none */
  normalizer(name: string): Normalizer {
    const found = this.#normalizers.get(name)
    if (found !== undefined) return found
    if (name === 'lowercase') return lowerCased
    throw illegalArgument(`normalizer [${name}] not found`)
  }

  /**
   * Makes an analyzer of parts that a request names or defines.
   *
   * @throws SearchFailure for parts that do not exist or are not supported
   */
  custom({ tokenizer, filter = [], charFilter = [] }: AnalyzerParts): Analyzer {
    return chainAnalyzer('_custom_', {
      charFilters: charFilter.map((part) => this.#charFilter(part)),
      tokenizer: tokenizer === undefined ? wholeText : this.#tokenizer(tokenizer),
      filters: filter.map((part) => this.#filter(part)),
    })
  }

  #defined(name: string, values: Json): Analyzer {
    const options = new ComponentOptions(name, values)
    const type = options.text('type')
    if (type === undefined && options.text('tokenizer') === undefined) {
      throw illegalArgument(
        `analyzer [${name}] must specify either an analyzer type, or a tokenizer`,
      )
    }
    if (type !== undefined && type !== 'custom') {
      return configuredAnalyzer(name, type, options)
    }
    options.allow('tokenizer', 'filter', 'char_filter', 'position_increment_gap')
    return this.#customAnalyzer(name, options)
  }

  #customAnalyzer(name: string, options: ComponentOptions): Analyzer {
    const tokenizer = options.text('tokenizer')
    if (tokenizer === undefined) {
      throw illegalArgument(`analyzer [${name}] must have a tokenizer`)
    }
    if (options.count('position_increment_gap', 100) !== 100) {
      throw illegalArgument(`[position_increment_gap] of analyzer [${name}] is not supported`)
    }
    const named = `Custom Analyzer [${name}] failed to find`
    return chainAnalyzer(name, {
      charFilters: (options.list('char_filter') ?? []).map((part) => this.#charFilter(part, named)),
      tokenizer: this.#tokenizer(tokenizer, named),
      filters: (options.list('filter') ?? []).map((part) => this.#filter(part, named)),
    })
  }

  #definedNormalizer(name: string, values: Json): Normalizer {
    const options = new ComponentOptions(name, values)
    options.allow('filter', 'char_filter')
    const type = options.text('type') ?? 'custom'
    if (type === 'lowercase') return lowerCased
    if (type !== 'custom') throw illegalArgument(`Unknown normalizer type [${type}] for [${name}]`)
    const named = `Custom normalizer [${name}] failed to find`
    const filters = (options.list('filter') ?? []).map((part) => {
      if (!NORMALIZER_FILTERS.has(String(this.#filters.get(part)?.type ?? part))) {
        throw illegalArgument(`Custom normalizer [${name}] may not use filter [${part}]`)
      }
      return this.#filter(part, named)
    })
    const charFilters = (options.list('char_filter') ?? []).map((part) =>
      this.#charFilter(part, named),
    )
    const chain = { charFilters, tokenizer: wholeText, filters }
    const analyzer = chainAnalyzer(name, chain)
    return (value) => analyzer.tokens(value)[0]?.text ?? ''
  }

  #tokenizer(part: unknown, named?: string) {
    return this.#part(part, {
      kind: 'tokenizer',
      groups: this.#tokenizers,
      types: TOKENIZERS,
      named,
    })
  }

  #filter(part: unknown, named?: string): TokenFilter {
    return this.#part(part, { kind: 'filter', groups: this.#filters, types: TOKEN_FILTERS, named })
  }

  #charFilter(part: unknown, named?: string) {
    const groups = this.#charFilters
    return this.#part(part, { kind: 'char_filter', groups, types: CHAR_FILTERS, named })
  }

  #part<T>(part: unknown, { kind, groups, types, named }: PartKind<T>): T {
    const isName = typeof part === 'string'
    if (!isName && (typeof part !== 'object' || part === null || Array.isArray(part))) {
      throw illegalArgument(`[${kind}] must be a name or an object`)
    }
    const values = isName ? groups.get(part) : (part as Json)
    const name = isName ? part : `_anonymous_${kind}`
    const options = new ComponentOptions(name, values ?? {})
    const type = values === undefined ? name : options.text('type')
    if (type === undefined) throw illegalArgument(`${kind} [${name}] must specify a type`)
    if (Object.hasOwn(types, type)) return types[type]!(options, this.#limits)
    throw illegalArgument(
      values === undefined
        ? `${named ?? 'failed to find'} ${kind} under name [${name}]`
        : `${kind} type [${type}] of [${name}] is not supported`,
    )
  }
}

interface PartKind<T> {
  readonly kind: 'tokenizer' | 'filter' | 'char_filter'
  readonly groups: Groups
  readonly types: Readonly<Record<string, (options: ComponentOptions, limits: GramLimits) => T>>
  readonly named: string | undefined
}

function readDifference(value: Settings[string] | undefined): number {
  if (value === undefined) return 1
  const text = String(value)
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw illegalArgument(`Failed to parse value [${text}] for setting [index.max_ngram_diff]`)
}
