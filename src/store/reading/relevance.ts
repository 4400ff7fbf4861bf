import { positions, type QueryTerm } from '../tokens.ts'
import type { TextProbe } from './filter.ts'
import type { Positions } from './phrase.ts'
import { phrasesAt } from './phrase-places.ts'
import type { TextFile } from './text-file.ts'
import type { ProbeContext } from './text-probes.ts'
import { WordRows } from './word-rows.ts'

/** Rows that a probe found, of which the relevance is wanted; ascending. */
export interface ScoredRows {
  readonly probe: TextProbe
  readonly rows: Float64Array
}

type WordsProbe = Extract<TextProbe, { kind: 'words' | 'phrase' }>
type Term = Pick<QueryTerm, 'tokens'> & { readonly offset?: number }

/** BM25's k1 and b as Elasticsearch has them: how soon repetition and length stop to count. */
const K1 = 1.2
const B = 0.75

/**
 * Rows of a field whose texts are read. Of more, those with the rarest of the words are; the others
 * count as if each of theirs stood once in a text of the usual length.
 */
const MOST_READ = 10_000

/** A probe about words with what its scores are made of. */
interface Scorer {
  readonly probe: WordsProbe
  readonly terms: readonly Term[]
  /** Inverse document frequency by term. */
  readonly rarities: readonly number[]
  /** Words that a document has in the field, on average. */
  readonly average: number
  readonly rows: Float64Array
  readonly scores: Float64Array
}

/** The scorers of a field with the rows whose texts they want to see. */
interface FieldRows {
  readonly scorers: readonly Scorer[]
  readonly rows: Float64Array
  /** Row that is read next. */
  next: number
}

/**
 * Relevance as Lucene's BM25 computes it: the rarity of each term times how often it stands in the
 * field, measured by the field's length. What is not about words scores 1.
 */
export class Relevance {
  /** In the order of what was asked for; filled in as `work` goes on. */
  readonly scores: readonly Float64Array[]
  readonly #fields: readonly FieldRows[]
  readonly #context: Omit<ProbeContext, 'file'>

  /** Has to be made within `TextFile.atOnce`. */
  constructor(asked: readonly ScoredRows[], context: ProbeContext) {
    this.#context = context
    const scorers: Scorer[] = []
    this.scores = asked.map((one) => {
      const scorer = scorerOf(one, context)
      if (scorer === undefined) return new Float64Array(one.rows.length).fill(1)
      scorers.push(scorer)
      return scorer.scores
    })
    const byField = Map.groupBy(scorers, ({ probe }) => JSON.stringify(probe.field))
    this.#fields = [...byField.values()].map((own) => ({
      scorers: own,
      rows: readRows(own),
      next: 0,
    }))
  }

  /** Reads texts for some milliseconds; false when there are none left. */
  work(file: TextFile, forMs: number): boolean {
    const endMs = performance.now() + forMs
    for (const field of this.#fields) {
      const [first] = field.scorers
      const analyzer = this.#context.analyzerOf(first!.probe.field)
      const positionsOf = analyzer?.positions.bind(analyzer) ?? positions
      while (field.next < field.rows.length) {
        this.#context.check()
        if (performance.now() > endMs) return true
        const row = field.rows[field.next++]!
        const words = file.texts(row, first!.probe.field).map(positionsOf)
        for (const scorer of field.scorers) addScore(scorer, row, words)
      }
    }
    return false
  }
}

function scorerOf({ probe, rows }: ScoredRows, context: ProbeContext): Scorer | undefined {
  if (probe.kind !== 'words' && probe.kind !== 'phrase') return undefined
  const total = context.file.total(probe.field.mark)
  if (total === undefined) return undefined
  const terms: readonly Term[] = probe.kind === 'phrase' ? probe.terms : probe.clauses.flat()
  const rarities = terms.map((term) => rarity(term, probe, total.documents, context))
  const average = total.length / Math.max(1, total.documents)
  // until its text is read: each term once in a text of the usual length
  const scores = new Float64Array(rows.length).fill(sum(rarities))
  return { probe, terms, rarities, average, rows, scores }
}

/** Rows of any of the scorers, ascending; of too many those that can score the most. */
function readRows(scorers: readonly Scorer[]): Float64Array {
  const highest = new Map<number, number>()
  for (const { rows, rarities } of scorers) {
    const most = sum(rarities)
    for (const row of rows) highest.set(row, (highest.get(row) ?? 0) + most)
  }
  const all = Float64Array.from(highest.keys())
  if (all.length <= MOST_READ) return all.sort()
  const best = all.sort((a, b) => highest.get(b)! - highest.get(a)! || b - a)
  return best.slice(0, MOST_READ).sort()
}

function addScore(scorer: Scorer, row: number, words: readonly Positions[]): void {
  const { probe, terms, rarities, average, rows, scores } = scorer
  const place = placeIn(rows, row)
  if (place < 0) return
  const length = storedLength(words.reduce((count, own) => count + filled(own), 0))
  const norm = K1 * (1 - B + (B * length) / average)
  scores[place] =
    probe.kind === 'phrase'
      ? weight(sum(rarities), phraseFrequency(probe, words), norm)
      : sum(terms.map((term, at) => weight(rarities[at]!, frequency(term, words), norm)))
}

function placeIn(rows: Float64Array, row: number): number {
  let [low, high] = [0, rows.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = rows[middle]!
    if (found === row) return middle
    if (found < row) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function weight(rare: number, frequency: number, norm: number): number {
  return frequency === 0 ? 0 : ((K1 + 1) * rare * frequency) / (frequency + norm)
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0)
}

/** Inverse document frequency: `ln(1 + (N - n + 0.5) / (n + 0.5))`. */
function rarity(
  term: Term,
  { field }: WordsProbe,
  documents: number,
  { file, check }: ProbeContext,
): number {
  const { length } = new WordRows(file, field.mark, check).anyClause([[term]])
  const found = Math.min(length, documents)
  return Math.log(1 + (documents - found + 0.5) / (found + 0.5))
}

function frequency({ tokens }: Term, words: readonly Positions[]): number {
  let count = 0
  for (const own of words) for (const forms of own) if (stands(forms, tokens)) count++
  return count
}

function stands(forms: readonly string[], tokens: QueryTerm['tokens']): boolean {
  return tokens.some(({ text, prefix }) =>
    forms.some((form) => (prefix ? form.startsWith(text) : form === text)),
  )
}

/** How often the phrase stands in the texts; one that is spread out counts less. */
function phraseFrequency(
  { terms, slop }: Extract<WordsProbe, { kind: 'phrase' }>,
  words: readonly Positions[],
): number {
  let count = 0
  for (const own of words) {
    const places = terms.map(({ tokens, offset }) =>
      own.flatMap((forms, position) => (stands(forms, tokens) ? [position - offset] : [])),
    )
    for (const phrase of phrasesAt(places, slop)) {
      count += 1 / (1 + Math.max(...phrase) - Math.min(...phrase))
    }
  }
  return count
}

function filled(words: Positions): number {
  return words.reduce((count, forms) => count + (forms.length > 0 ? 1 : 0), 0)
}

/** Lengths up to here are kept as they are. */
const EXACT_LENGTHS = 24

/** Lucene keeps a field's length in one byte: longer ones with four significant bits, cut off. */
function storedLength(length: number): number {
  const beyond = length - EXACT_LENGTHS
  if (beyond < 16) return length
  const shift = Math.floor(Math.log2(beyond)) - 3
  return EXACT_LENGTHS + Math.floor(beyond / 2 ** shift) * 2 ** shift
}
