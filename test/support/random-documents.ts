import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

type Json = Readonly<Record<string, unknown>>

/** A generator of numbers from 0 to 1 that always gives the same (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const WORDS = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'quick',
  'brown',
  'fox',
  'jumps',
  'over',
  'lazy',
  'dog',
  'timeout',
  'reset',
  'connection',
  'refused',
  'upstream',
  'gpt',
  'claude',
  'error',
  'ok',
]
export const KEYWORDS = ['red', 'green', 'blue', 'Blue', 'deep sea', 'x-1', 'x-2', '10']
export const FIRST_DAY = Date.UTC(2026, 1, 20)

/** Documents of every type of field, some fields missing, some with several values. */
export function randomDocuments(count: number, seed: number): readonly Json[] {
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const maybe = (share: number, make: () => Json): Json => (random() < share ? make() : {})
  const several = <T>(most: number, make: () => T): T[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, make)
  return Array.from({ length: count }, (_, number) => ({
    id: `d${String(number).padStart(4, '0')}`,
    ...maybe(0.9, () => ({ n: Math.floor(random() * 200) - 50 })),
    ...maybe(0.9, () => ({ f: Math.round(random() * 10_000) / 8 - 100 })),
    ...maybe(0.9, () => ({ kw: pick(KEYWORDS) })),
    ...maybe(0.8, () => ({ tags: several(3, () => pick(KEYWORDS)) })),
    ...maybe(0.7, () => ({ nums: several(3, () => Math.floor(random() * 20)) })),
    ...maybe(0.9, () => ({ flag: random() < 0.4 })),
    at: new Date(FIRST_DAY + Math.floor(random() * 20 * 86_400_000)).toISOString(),
    ...maybe(0.9, () => ({ txt: several(9, () => pick(WORDS)).join(pick([' ', ', ', '-'])) })),
  }))
}

export const RANDOM_PROPERTIES = {
  id: { type: 'keyword' },
  n: { type: 'long' },
  f: { type: 'double' },
  kw: { type: 'keyword' },
  tags: { type: 'keyword' },
  nums: { type: 'long' },
  flag: { type: 'boolean' },
  at: { type: 'date' },
  txt: { type: 'text', analyzer: 'standard' },
} as const

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))

/** Paragraphs and questions in a language, as documents with a `txt`. */
export function languageDocuments(language: 'vi' | 'zh', count: number): readonly Json[] {
  const { data } = JSON.parse(readFileSync(`${DATA}xquad.${language}.json`, 'utf8')) as {
    data: { paragraphs: { context: string; qas: { question: string }[] }[] }[]
  }
  const texts = data.flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ context, qas }) => [context, ...qas.map(({ question }) => question)]),
  )
  const random = seededRandom(7)
  return texts.slice(0, count).map((txt, number) => ({
    id: `d${String(number).padStart(4, '0')}`,
    txt,
    n: Math.floor(random() * 100),
    kw: KEYWORDS[number % KEYWORDS.length],
    at: new Date(FIRST_DAY + number * 3_600_000).toISOString(),
  }))
}
