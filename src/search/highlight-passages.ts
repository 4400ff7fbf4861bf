import { breaksOf, SentenceWindows, type Window } from './highlight-breaks.ts'
import type { Match } from './highlight-matches.ts'
import type { HighlightOptions } from './highlight-request.ts'

/** A value of a field with what was found in it. */
export interface MatchedText {
  readonly text: string
  readonly matches: readonly Match[]
}

interface Passage extends Window {
  readonly text: string
  readonly matches: Match[]
  /** Place of its value among all values of the field. */
  readonly base: number
  score: number
}

/** Shows what was found in the values of a field: the best fragments, or whole values. */
export function fragmentsOf(
  values: readonly MatchedText[],
  options: HighlightOptions,
): readonly string[] {
  const found = values.some(({ matches }) => matches.length > 0)
  if (!found) return withoutMatch(values, options)
  const whole = options.numberOfFragments === 0
  const passages = passagesOf(values, options)
  const chosen = whole ? passages : best(passages, options)
  return chosen.map((passage) => written(passage, options)).filter((text) => text !== '')
}

/** The beginning of the first value, up to the next end of a word. */
function withoutMatch(
  values: readonly MatchedText[],
  { noMatchSize, encodeHtml }: HighlightOptions,
): readonly string[] {
  const text = values.find((value) => value.text !== '')?.text
  if (noMatchSize === 0 || text === undefined) return []
  const end = noMatchSize < text.length ? breaksOf(text, 'word').behind(noMatchSize) : text.length
  const shown = text.slice(0, end).trim()
  return [encodeHtml ? encoded(shown) : shown]
}

function passagesOf(values: readonly MatchedText[], options: HighlightOptions): readonly Passage[] {
  const length = values.reduce((sum, { text }) => sum + text.length + 1, -1)
  const passages: Passage[] = []
  let base = 0
  for (const { text, matches } of values) {
    let current: Passage | undefined
    const windows = windowsOf(text, options)
    for (const match of matches) {
      if (current === undefined || match.start >= current.end) {
        const { start, end } = windows(match.start)
        current = {
          text,
          base,
          start: Math.max(start, current?.end ?? 0),
          end: Math.max(end, match.end),
          matches: [],
          score: 0,
        }
        passages.push(current)
      }
      current.matches.push(match)
    }
    base += text.length + 1
  }
  for (const passage of passages) passage.score = scoreOf(passage, length)
  return passages
}

function windowsOf(
  text: string,
  { numberOfFragments, fragmentSize, scanner }: HighlightOptions,
): (offset: number) => Window {
  if (numberOfFragments === 0) return () => ({ start: 0, end: text.length })
  if (scanner === 'word' || fragmentSize === 0) {
    const breaks = breaksOf(text, scanner)
    return (offset) => ({ start: breaks.before(offset + 1), end: breaks.behind(offset) })
  }
  const windows = new SentenceWindows(text, fragmentSize)
  return (offset) => windows.around(offset)
}

/** Constants of BM25 for passages: repetition, length, and the length of a usual passage. */
const K1 = 1.2
const B = 0.75
const USUAL_LENGTH = 87

/** How much a passage says of the field: rare things often, in few words, and early. */
function scoreOf({ matches, start, end, base }: Passage, contentLength: number): number {
  const counts = new Map<string, number>()
  for (const { term } of matches) counts.set(term, (counts.get(term) ?? 0) + 1)
  const passages = 1 + contentLength / USUAL_LENGTH
  const rarity = (K1 + 1) * Math.log(1 + (passages + 0.5) / (1 + 0.5))
  const norm = K1 * (1 - B + B * ((end - start) / USUAL_LENGTH))
  let score = 0
  for (const count of counts.values()) score += rarity * (count / (count + norm))
  return score * (1 + 1 / Math.log(USUAL_LENGTH + base + start))
}

function best(
  passages: readonly Passage[],
  { numberOfFragments, byScore }: HighlightOptions,
): readonly Passage[] {
  const ordered = passages.toSorted((a, b) => b.score - a.score || placeOf(b) - placeOf(a))
  const chosen = ordered.slice(0, numberOfFragments)
  return byScore ? chosen : chosen.sort((a, b) => placeOf(a) - placeOf(b))
}

function placeOf({ base, start }: Passage): number {
  return base + start
}

function written(
  { text, start, end, matches }: Passage,
  { preTag, postTag, encodeHtml }: HighlightOptions,
): string {
  const plain = (from: number, to: number) =>
    encodeHtml ? encoded(text.slice(from, to)) : text.slice(from, to)
  let shown = ''
  let at = start
  for (const match of united(matches)) {
    shown += plain(at, match.start) + preTag + plain(match.start, match.end) + postTag
    at = match.end
  }
  return (shown + plain(at, end)).trim()
}

/** Matches that overlap are shown as one. */
function united(matches: readonly Match[]): readonly Window[] {
  const windows: { start: number; end: number }[] = []
  for (const { start, end } of matches) {
    const last = windows.at(-1)
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end)
    else windows.push({ start, end })
  }
  return windows
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '/': '&#x2F;',
}

function encoded(text: string): string {
  return text.replaceAll(/[&<>"'/]/g, (character) => ENTITIES[character] ?? character)
}
