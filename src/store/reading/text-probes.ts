import { AppError } from '../../kernel/index.ts'
import { queryTerms } from '../tokens.ts'
import type { TextProbe } from './filter.ts'
import { hasPhrase } from './phrase.ts'
import type { TextFile } from './text-file.ts'
import { wordExpression } from './word-expression.ts'

/** An id with more rows than this in a day is found by its column instead. */
const ID_ROWS = 2_000

const NO_ROWS = new Float64Array()

/**
 * Rows of a day that a probe finds; undefined where the text engine cannot tell. A day without
 * text file has no words.
 *
 * @throws AppError SEARCH_TIMEOUT after `deadlineMs` (of `performance.now()`)
 */
export function probeFile(
  file: TextFile | undefined,
  probe: TextProbe,
  deadlineMs: number,
): Float64Array | undefined {
  if (performance.now() > deadlineMs) throw new AppError('SEARCH_TIMEOUT')
  switch (probe.kind) {
    case 'words': {
      const expression = wordExpression(probe.field, probe.clauses)
      return file === undefined || expression === undefined ? NO_ROWS : file.words(expression)
    }
    case 'phrase':
      return phraseRows(file, probe, deadlineMs)
    case 'exact':
      return exactRows(file, probe, deadlineMs)
    case 'substring':
      return substringRows(file, probe.fragments)
    case 'id':
      return file?.ids(probe.id, probe.values, ID_ROWS)
    default:
      return probe satisfies never
  }
}

/** The index holds no positions: rows with all the words are checked on the text itself. */
function phraseRows(
  file: TextFile | undefined,
  { field, terms }: Extract<TextProbe, { kind: 'phrase' }>,
  deadlineMs: number,
): Float64Array {
  const expression = wordExpression(field, [terms])
  if (file === undefined || expression === undefined) return NO_ROWS
  const candidates = file.words(expression)
  // the message lies in a column; the caller compares it
  if (field === 'error_message' || terms.length === 1) return candidates
  return confirmed(candidates, deadlineMs, (row) => {
    const text = file.document(row)?.record?.[field]
    return text !== undefined && hasPhrase(text, terms)
  })
}

function exactRows(
  file: TextFile | undefined,
  { field, value }: Extract<TextProbe, { kind: 'exact' }>,
  deadlineMs: number,
): Float64Array {
  const terms = queryTerms(value)
  const expression = wordExpression(field, [terms])
  if (file === undefined || expression === undefined) return NO_ROWS
  return confirmed(
    file.words(expression),
    deadlineMs,
    (row) => file.document(row)?.record?.[field] === value,
  )
}

function confirmed(
  candidates: Float64Array,
  deadlineMs: number,
  confirm: (row: number) => boolean,
): Float64Array {
  return candidates.filter((row) => {
    if (performance.now() > deadlineMs) throw new AppError('SEARCH_TIMEOUT')
    return confirm(row)
  })
}

const TRIGRAM = 3

function substringRows(
  file: TextFile | undefined,
  fragments: readonly string[],
): Float64Array | undefined {
  const trigrams = new Set<string>()
  for (const fragment of fragments) {
    const characters = [...fragment]
    for (let place = 0; place + TRIGRAM <= characters.length; place++) {
      trigrams.add(
        `"${characters
          .slice(place, place + TRIGRAM)
          .join('')
          .replaceAll('"', '""')}"`,
      )
    }
  }
  return file === undefined || trigrams.size === 0
    ? undefined
    : file.errors([...trigrams].join(' AND '))
}
