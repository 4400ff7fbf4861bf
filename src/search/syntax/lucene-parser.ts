import type { BoolEntry, Clause, Occur, RangeBound } from './clause.ts'
import { ClauseCount, checkDepth, checkLength } from './limits.ts'
import { unescaped } from './lucene-escapes.ts'
import { luceneFailure } from './lucene-failure.ts'
import { scanLucene, type Token, type TokenKind } from './lucene-scanner.ts'
import { fuzzyDistance, phraseSlop } from './lucene-slop.ts'

interface LuceneOptions {
  readonly operator: 'and' | 'or'
  /** `*` and `?` may stand first in a word. */
  readonly allowsLeadingWildcard: boolean
  /** Words without field that begin with `<` or `>` are a range, as those of a field are. */
  readonly comparesBareWords: boolean
  /** Tells whether nothing of a clause is left to look for: then it is passed over. */
  isEmpty(clause: Clause): boolean
}

/**
 * Reads a text in Lucene's classic query syntax as Elasticsearch does. Operators have no
 * precedence: `AND` makes the clauses on both sides required, `OR` leaves them as they are.
 * Undefined for a text without clauses.
 *
 * @throws SearchFailure `query_shard_exception` for a text that is not in the syntax
 */
export function parseLucene(text: string, options: LuceneOptions): Clause | undefined {
  checkLength(text)
  const tokens = scanLucene(text)
  return tokens.length === 1 ? undefined : new LuceneParser(text, tokens, options).parse()
}

const STARTS_TERM: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bareOperator',
  'star',
  'quoted',
  'term',
  'prefix',
  'wildcard',
  'regexp',
])

const STARTS_CLAUSE: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...STARTS_TERM,
  'not',
  'plus',
  'minus',
  'open',
  'rangeStart',
])

/** What may not follow a word that is searched together with the word before it. */
const PARTS_WORDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'colon',
  'star',
  'slop',
  'boost',
  'and',
  'or',
])

/** Field name that asks whether another field has a value. */
const EXISTS_FIELD = '_exists_'

class LuceneParser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #options: LuceneOptions
  readonly #count = new ClauseCount()
  #place = 0

  constructor(text: string, tokens: readonly Token[], options: LuceneOptions) {
    this.#text = text
    this.#tokens = tokens
    this.#options = options
  }

  parse(): Clause {
    const clause = this.#query(undefined, 0)
    if (this.#next.kind !== 'end') throw this.#unexpected('an operator, a clause or the end')
    return clause
  }

  get #next(): Token {
    return this.#tokens[this.#place]!
  }

  #kindAt(ahead: number): TokenKind | undefined {
    return this.#tokens[this.#place + ahead]?.kind
  }

  #take(): Token {
    return this.#tokens[this.#place++]!
  }

  #takeIf(kind: TokenKind): Token | undefined {
    return this.#next.kind === kind ? this.#take() : undefined
  }

  #query(field: string | undefined, depth: number): Clause {
    checkDepth(depth)
    const entries: BoolEntry[] = []
    let isFirst = true
    let plain: Clause | undefined
    do {
      const isRun = this.#areWordsNext()
      const conjunction = isRun || isFirst ? undefined : this.#conjunction(entries)
      const modifier = isRun ? undefined : this.#modifier()
      const clause = isRun ? this.#words(field) : this.#clause(field, depth)
      if (isFirst && !isRun && modifier === undefined) plain = clause
      isFirst = false
      const occur = this.#occur(conjunction, modifier)
      if (!this.#isEmpty(clause)) entries.push({ occur, clause })
    } while (this.#next.kind === 'and' || this.#next.kind === 'or' || this.#startsClause())
    const [only, second] = entries
    return only !== undefined && only.clause === plain && second === undefined
      ? plain
      : { kind: 'bool', entries }
  }

  #isEmpty(clause: Clause): boolean {
    if (clause.kind === 'boost') return this.#isEmpty(clause.clause)
    if (clause.kind === 'bool') return clause.entries.length === 0
    return this.#options.isEmpty(clause)
  }

  #startsClause(): boolean {
    return STARTS_CLAUSE.has(this.#next.kind)
  }

  #conjunction(entries: BoolEntry[]): 'and' | 'or' | undefined {
    const conjunction = this.#takeIf('and') ? 'and' : this.#takeIf('or') ? 'or' : undefined
    const before = entries.at(-1)
    if (conjunction === undefined || before === undefined || before.occur === 'must_not') {
      return conjunction
    }
    if (conjunction === 'and') entries[entries.length - 1] = { ...before, occur: 'must' }
    else if (this.#options.operator === 'and') {
      entries[entries.length - 1] = { ...before, occur: 'should' }
    }
    return conjunction
  }

  #modifier(): TokenKind | undefined {
    const { kind } = this.#next
    if (kind !== 'plus' && kind !== 'minus' && kind !== 'not') return undefined
    return this.#take().kind
  }

  #occur(conjunction: 'and' | 'or' | undefined, modifier: TokenKind | undefined): Occur {
    if (modifier === 'minus' || modifier === 'not') return 'must_not'
    if (this.#options.operator === 'and') return conjunction === 'or' ? 'should' : 'must'
    return modifier === 'plus' || conjunction === 'and' ? 'must' : 'should'
  }

  /** Words beside each other, without operator, are analysed as one text. */
  #areWordsNext(): boolean {
    return this.#next.kind === 'term' && this.#isFollowingWord(1)
  }

  #isFollowingWord(ahead: number): boolean {
    const after = this.#kindAt(ahead + 1)
    return this.#kindAt(ahead) === 'term' && (after === undefined || !PARTS_WORDS.has(after))
  }

  #words(field: string | undefined): Clause {
    const words = [this.#take().text]
    while (this.#isFollowingWord(0)) words.push(this.#take().text)
    this.#count.add()
    const clause = this.#fieldText(field, this.#plain(words.join(' ')))
    return clause.kind === 'words' ? { ...clause, isRun: true } : clause
  }

  #clause(outer: string | undefined, depth: number): Clause {
    const field = this.#field() ?? outer
    if (this.#takeIf('open') === undefined) {
      this.#count.add()
      return this.#term(field)
    }
    if (!this.#startsClause()) throw this.#unexpected('a clause')
    const group = this.#query(field, depth + 1)
    if (this.#takeIf('close') === undefined) throw this.#unexpected('an operator, a clause or ")"')
    return this.#boosted(group, this.#boost())
  }

  #field(): string | undefined {
    if (this.#kindAt(1) !== 'colon') return undefined
    const { kind } = this.#next
    if (kind !== 'term' && kind !== 'star') return undefined
    const name = this.#take()
    this.#take()
    return this.#plain(name.text)
  }

  #term(field: string | undefined): Clause {
    if (this.#takeIf('rangeStart') !== undefined) return this.#range(field)
    if (!STARTS_TERM.has(this.#next.kind)) {
      throw this.#unexpected('a word, a phrase, a range or a group')
    }
    const token = this.#take()
    let factor = this.#boost()
    const slop = this.#takeIf('slop')?.text.slice(1)
    if (slop !== undefined) factor ??= this.#boost()
    return this.#boosted(this.#termClause(token, field, slop), factor)
  }

  #termClause(token: Token, field: string | undefined, slop: string | undefined): Clause {
    switch (token.kind) {
      case 'star':
        return field === EXISTS_FIELD ? { kind: 'none' } : { kind: 'exists', field }
      case 'prefix':
        return { kind: 'prefix', field, text: this.#plain(token.text.slice(0, -1)) }
      case 'wildcard':
        this.#checkLeadingWildcard(token.text)
        return { kind: 'wildcard', field, pattern: token.text }
      case 'regexp':
        return { kind: 'regexp', field, pattern: token.text.slice(1, -1) }
      case 'quoted':
        return this.#phrase(this.#plain(token.text.slice(1, -1)), field, slop)
      default:
        break
    }
    const text = token.kind === 'bareOperator' ? token.text[0]! : this.#plain(token.text)
    if (slop === undefined) return this.#fieldText(field, text)
    return { kind: 'fuzzy', field, text, fuzziness: fuzzyDistance(slop) }
  }

  #phrase(text: string, field: string | undefined, slop: string | undefined): Clause {
    if (field === EXISTS_FIELD) return { kind: 'exists', field: text }
    return { kind: 'phrase', field, text, slop: slop === undefined ? undefined : phraseSlop(slop) }
  }

  #checkLeadingWildcard(pattern: string): void {
    if (this.#options.allowsLeadingWildcard || !/^[*?]/.test(pattern)) return
    throw luceneFailure(this.#text, `'*' or '?' not allowed as first character in WildcardQuery`)
  }

  /** Behind a field's name, words that begin with a comparison are a range. */
  #fieldText(field: string | undefined, text: string): Clause {
    if (field === undefined && !this.#options.comparesBareWords) {
      return { kind: 'words', field, text }
    }
    if (field === EXISTS_FIELD) return { kind: 'exists', field: text }
    const sign = text.length > 1 ? text[0] : undefined
    if (sign !== '>' && sign !== '<') return { kind: 'words', field, text }
    const isInclusive = text.length > 2 && text[1] === '='
    const bound: RangeBound = { value: text.slice(isInclusive ? 2 : 1), isInclusive }
    return sign === '>'
      ? { kind: 'range', field, lower: bound, upper: undefined }
      : { kind: 'range', field, lower: undefined, upper: bound }
  }

  #range(field: string | undefined): Clause {
    const isLowerInclusive = this.#tokens[this.#place - 1]!.text === '['
    const lower = this.#bound(isLowerInclusive)
    if (this.#takeIf('to') === undefined) throw this.#unexpected('"TO"')
    const to = this.#boundToken()
    const end = this.#takeIf('rangeEnd')
    if (end === undefined) throw this.#unexpected('"]" or "}"')
    const upper = this.#boundOf(to, end.text === ']')
    return this.#boosted({ kind: 'range', field, lower, upper }, this.#boost())
  }

  #bound(isInclusive: boolean): RangeBound | undefined {
    return this.#boundOf(this.#boundToken(), isInclusive)
  }

  #boundToken(): Token {
    const { kind } = this.#next
    if (kind === 'bound' || kind === 'quotedBound' || kind === 'to') return this.#take()
    throw this.#unexpected('a bound of the range')
  }

  #boundOf({ kind, text }: Token, isInclusive: boolean): RangeBound | undefined {
    if (text === '*') return undefined
    return { value: this.#plain(kind === 'quotedBound' ? text.slice(1, -1) : text), isInclusive }
  }

  #boost(): number | undefined {
    if (this.#takeIf('boost') === undefined) return undefined
    return Number(this.#take().text)
  }

  #boosted(clause: Clause, factor: number | undefined): Clause {
    return factor === undefined || factor === 1 ? clause : { kind: 'boost', factor, clause }
  }

  #plain(written: string): string {
    const text = unescaped(written)
    if (text !== undefined) return text
    throw luceneFailure(this.#text, 'a \\u must be followed by four hexadecimal digits')
  }

  #unexpected(expected: string) {
    const { text, at } = this.#next
    const found = text === '' ? 'the end' : `"${text}"`
    return luceneFailure(this.#text, `expected ${expected} at column ${at}, found ${found}`)
  }
}
