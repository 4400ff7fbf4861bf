interface Habit {
  readonly sign: RegExp
  readonly instead: string
}

/** Operators of Lucene that no one means as a word, each in front of or behind a word. */
const HABITS: readonly Habit[] = [
  { sign: /^&&$/, instead: '"and"' },
  { sign: /^\|\|$/, instead: '"or"' },
  { sign: /^![\p{L}\p{N}_"]/u, instead: '"not" in front' },
  { sign: /^!$/, instead: '"not" in front' },
  {
    sign: /^[\p{L}\p{N}_.@-]+~\d?$/u,
    instead: 'the word itself or a "*": there is no fuzzy search',
  },
  { sign: /^[\p{L}\p{N}_.@-]+\^\d+(?:\.\d+)?$/u, instead: 'the word alone: there are no boosts' },
  { sign: /^\/.+\/$/, instead: 'words with "*": there are no regular expressions' },
]

/** Signs in front of a word that names no field; behind a field they belong to its value. */
const LEADING_SIGNS: readonly Habit[] = [
  { sign: /^\+[\p{L}_"]/u, instead: '"and" between the words' },
  { sign: /^-[\p{L}_"]/u, instead: '"not" in front' },
]

/** What of the text is Lucene's syntax and what KQL has instead; undefined when nothing is. */
export function luceneHint(text: string, namesField: boolean): string | undefined {
  const words = text.split(/\s/)
  const range = rangeHint(words)
  if (range !== undefined) return asWord(range)
  for (const word of words) {
    const habit = HABITS.find(({ sign }) => sign.test(word))
    if (habit !== undefined) return asWord(hint(word, habit.instead))
  }
  const [first = ''] = words
  const leading = namesField ? undefined : LEADING_SIGNS.find(({ sign }) => sign.test(first))
  return leading && asWord(hint(first, leading.instead))
}

/** The same for the characters at which KQL cannot go on. */
export function luceneSignHint(rest: string): string | undefined {
  const [sign = ''] = rest
  if (sign === '~') return hint('~', 'the phrase itself: words cannot lie apart')
  if (sign === '^') return hint('^', 'the word alone: there are no boosts')
  if (sign === '>' || sign === '<') return hint(`:${sign}`, `"field ${sign} value"`)
  if (sign === '{') return rangeHint(rest.slice(0, LONGEST_RANGE).split(/\s/))
  return undefined
}

const LONGEST_RANGE = 200
const SHOWN_UNITS = 40

export const EXISTS_HINT = hint('_exists_', '"field: *"')

function rangeHint(words: readonly string[]): string | undefined {
  const start = words.findIndex((word) => word.startsWith('[') || word.startsWith('{'))
  if (start < 0 || !words.includes('TO', start)) return undefined
  return hint('[… TO …]', '"field >= 1 and field <= 9"')
}

function hint(found: string, instead: string): string {
  return `${found.slice(0, SHOWN_UNITS)} is Lucene syntax; in KQL write ${instead}`
}

function asWord(advice: string): string {
  return `${advice} (or quote it, if it is a word)`
}
