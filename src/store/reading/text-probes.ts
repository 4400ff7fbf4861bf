import { AppError } from '../../kernel/index.ts'
import type { IdKind } from '../days/text-schema.ts'
import { tokenBytes } from '../token-bytes.ts'
import { FIELD_MARKS, labelToken, type QueryTerm, queryTerms } from '../tokens.ts'
import type { Candidates } from './candidates.ts'
import type { TextProbe } from './filter.ts'
import { patternRows } from './pattern-rows.ts'
import { difference, NO_ROWS, unionOf } from './row-union.ts'
import { type AnalyzerOf, textCheck } from './text-check.ts'
import type { TextFile } from './text-file.ts'
import type { Verdicts } from './verdicts.ts'
import { WordRows } from './word-rows.ts'

/** An id with more rows than this in a day is found by its column instead. */
const ID_ROWS = 2_000
/** The first words of a text are always indexed, and so many of them tell it from most others. */
const EXACT_TERMS = 64

export interface ProbeContext {
  readonly file: TextFile
  readonly analyzerOf: AnalyzerOf
  /** What is known of the probe already. */
  readonly verdicts?: Verdicts
  /** Called now and then in the course of the work; ends it by throwing. */
  readonly check: () => void
}

/** A check that throws SEARCH_TIMEOUT after `deadlineMs` (of `performance.now()`). */
export function deadlineCheck(deadlineMs: number): () => void {
  return () => {
    if (performance.now() > deadlineMs) throw new AppError('SEARCH_TIMEOUT')
  }
}

/**
 * What the indexes of a file say of a probe; undefined where the text engine cannot tell. Has to
 * be called within `TextFile.atOnce`.
 */
export function findCandidates(
  probe: TextProbe,
  { file, check }: Pick<ProbeContext, 'file' | 'check'>,
): Candidates | undefined {
  check()
  switch (probe.kind) {
    case 'words':
      return certain(new WordRows(file, probe.field.mark, check).anyClause(probe.clauses))
    case 'phrase': {
      const terms = distinct(probe.terms)
      const rows = new WordRows(file, probe.field.mark, check).allTerms(terms)
      return probe.terms.length === 1 ? certain(rows) : { certain: NO_ROWS, doubtful: rows }
    }
    case 'pattern':
      return patternRows(file, probe, check)
    case 'anyWord':
      return certain(file.rows(tokenBytes(probe.field.mark), check))
    case 'exact': {
      const terms = distinct(queryTerms(probe.value)).slice(0, EXACT_TERMS)
      const rows = new WordRows(file, probe.field.mark, check).allTerms(terms)
      return { certain: NO_ROWS, doubtful: rows }
    }
    case 'label': {
      const token = tokenBytes(FIELD_MARKS.labels + labelToken(probe.key, probe.value))
      return certain(file.rows(token, check))
    }
    case 'substring':
      return substringRows(file, probe.fragments)
    case 'id':
      return idRows(file, probe.id, probe.values)
    default:
      return probe satisfies never
  }
}

/** Those of `rows` whose texts match the probe, in the order given; no more than `limit`. */
export function confirmRows(
  probe: TextProbe,
  rows: Float64Array,
  { file, analyzerOf, verdicts, check }: ProbeContext,
  limit = rows.length,
): Float64Array {
  if (probe.kind !== 'phrase' && probe.kind !== 'pattern' && probe.kind !== 'exact') {
    return rows.slice(0, limit)
  }
  const fits = textCheck(probe, analyzerOf, check)
  const found: number[] = []
  const compare = (row: number): boolean => {
    check()
    const isMatching = fits(file.texts(row, probe.field))
    verdicts?.note(row, isMatching)
    return isMatching
  }
  try {
    for (const row of rows) {
      if (found.length >= limit) break
      if (verdicts?.of(row) ?? compare(row)) found.push(row)
    }
  } finally {
    // whoever asks again goes on where the time was up
    verdicts?.save()
  }
  return Float64Array.from(found)
}

/** Rows that a probe finds, ascending; undefined where the text engine cannot tell. */
export function probeFile(probe: TextProbe, context: ProbeContext): Float64Array | undefined {
  const candidates = findCandidates(probe, context)
  if (candidates === undefined) return undefined
  const open = difference(candidates.doubtful, candidates.certain)
  return unionOf([candidates.certain, confirmRows(probe, open, context)])
}

function certain(rows: Float64Array): Candidates {
  return { certain: rows, doubtful: NO_ROWS }
}

function distinct(terms: readonly QueryTerm[]): readonly Pick<QueryTerm, 'tokens'>[] {
  return [...new Map(terms.map(({ tokens }) => [JSON.stringify(tokens), { tokens }])).values()]
}

function idRows(file: TextFile, id: IdKind, values: readonly string[]): Candidates | undefined {
  const rows = file.ids(id, values, ID_ROWS)
  return rows && certain(rows)
}

const TRIGRAM = 3
/** So many say enough; SQLite cannot be interrupted while it looks for all of them. */
const MOST_TRIGRAMS = 32

function substringRows(file: TextFile, fragments: readonly string[]): Candidates | undefined {
  const trigrams = new Set<string>()
  for (const fragment of fragments) {
    const characters = [...fragment]
    for (let place = 0; place + TRIGRAM <= characters.length; place++) {
      const trigram = characters.slice(place, place + TRIGRAM).join('')
      // SQLite's expressions end where a text would
      if (trigram.includes('\0')) continue
      trigrams.add(`"${trigram.replaceAll('"', '""')}"`)
    }
  }
  if (trigrams.size === 0) return undefined
  return certain(file.errors([...trigrams].slice(0, MOST_TRIGRAMS).join(' AND ')))
}
