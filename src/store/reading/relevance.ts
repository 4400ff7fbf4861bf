import { positions, type QueryTerm } from '../tokens.ts'
import type { TextProbe } from './filter.ts'
import { hasPhrase, type Positions } from './phrase.ts'
import type { ProbeContext } from './text-probes.ts'
import { WordRows } from './word-rows.ts'

/** BM25's k1 and b as Lucene has them: how soon repetition and length stop to count. */
const K1 = 1.2
const B = 0.75

type WordsProbe = Extract<TextProbe, { kind: 'words' | 'phrase' }>

/**
 * Relevance of rows that a probe found, as Lucene's BM25 computes it: the rarity of each term
 * times how often it stands in the field, measured by the field's length. What is not about
 * words scores 1.
 */
export function relevance(
  probe: TextProbe,
  rows: Float64Array,
  context: ProbeContext,
): Float64Array {
  if (probe.kind !== 'words' && probe.kind !== 'phrase')
    return new Float64Array(rows.length).fill(1)
  const { file, analyzerOf, check } = context
  const total = file.total(probe.field.mark)
  const scores = new Float64Array(rows.length)
  if (total === undefined) return scores.fill(1)
  const terms = probe.kind === 'phrase' ? probe.terms : probe.clauses.flat()
  const rarities = terms.map((term) => rarity(term, probe, total.documents, context))
  const average = total.length / Math.max(1, total.documents)
  const positionsOf = analyzerOf(probe.field)?.positions.bind(analyzerOf(probe.field)) ?? positions
  for (const [place, row] of rows.entries()) {
    check()
    const texts = file.texts(row, probe.field)
    const words = texts.map(positionsOf)
    const length = storedLength(words.reduce((sum, own) => sum + filled(own), 0))
    const norm = K1 * (1 - B + (B * length) / average)
    scores[place] =
      probe.kind === 'phrase'
        ? weight(sum(rarities), phraseFrequency(probe, texts, words, positionsOf), norm)
        : sum(terms.map((term, at) => weight(rarities[at]!, frequency(term, words), norm)))
  }
  return scores
}

function weight(rare: number, frequency: number, norm: number): number {
  return frequency === 0 ? 0 : rare * (frequency / (frequency + norm))
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0)
}

/** Inverse document frequency: `ln(1 + (N - n + 0.5) / (n + 0.5))`. */
function rarity(
  term: Pick<QueryTerm, 'tokens'>,
  { field }: WordsProbe,
  documents: number,
  { file, check }: ProbeContext,
): number {
  const { length } = new WordRows(file, field.mark, check).anyClause([[term]])
  const found = Math.min(length, documents)
  return Math.log(1 + (documents - found + 0.5) / (found + 0.5))
}

function frequency({ tokens }: Pick<QueryTerm, 'tokens'>, words: readonly Positions[]): number {
  let count = 0
  for (const own of words) for (const forms of own) if (stands(forms, tokens)) count++
  return count
}

function stands(forms: readonly string[], tokens: QueryTerm['tokens']): boolean {
  return tokens.some(({ text, prefix }) =>
    forms.some((form) => (prefix ? form.startsWith(text) : form === text)),
  )
}

/** How often the phrase stands in the texts; one out of order or apart counts once. */
function phraseFrequency(
  { terms, slop }: Extract<WordsProbe, { kind: 'phrase' }>,
  texts: readonly string[],
  words: readonly Positions[],
  positionsOf: (text: string) => Positions,
): number {
  if (slop > 0) return texts.filter((text) => hasPhrase(text, terms, slop, positionsOf)).length
  let count = 0
  for (const own of words) {
    for (let start = 0; start < own.length; start++) {
      if (terms.every(({ tokens, offset }) => stands(own[start + offset] ?? [], tokens))) count++
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
