import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowId } from '../days/columns-schema.ts'
import { fold } from '../fold.ts'
import { LOG_TEXTS, positions, queryTerms } from '../tokens.ts'
import type { TextProbe, WordPattern } from './filter.ts'
import {
  compare,
  DAY,
  parts,
  places,
  prompts,
  RECORDS,
  RUNS,
  TITLE,
  UUID,
  vocabulary,
  type Word,
  words,
  wordsOf,
  writeDay,
  writeIndex,
} from './probe-samples.ts'
import { TextReader } from './text-reader.ts'

const PLENTY_MS = 60_000

let folder: string
let reader: TextReader

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-probes-'))
  writeDay(folder)
  writeIndex(folder)
  reader = new TextReader({ storeFolder: folder })
})
afterAll(() => {
  reader.close()
  rmSync(folder, { recursive: true })
})

async function found(probe: TextProbe): Promise<number[]> {
  const [answer] = await reader.probe([DAY], [probe], PLENTY_MS)
  return Array.from(answer![0]!, (row) => row - rowId(1, 0))
}

async function foundInIndex(probe: TextProbe): Promise<number[]> {
  const [answer] = await reader.probe([`index:${UUID}`], [probe], PLENTY_MS)
  return [...answer![0]!]
}

function rowsWhere(fits: (words: readonly Word[], text: string, row: number) => boolean) {
  return prompts.flatMap((text, row) => (fits(words[row]!, text, row) ? [row] : []))
}

const anyText = fc.constantFrom(...vocabulary)
/** Some characters of a word or run. */
const piece = fc
  .tuple(anyText, fc.nat(), fc.integer({ min: 1, max: 6 }))
  .map(([text, from, length]) => {
    const characters = [...text]
    const start = from % characters.length
    return characters.slice(start, start + length).join('')
  })

function partsOf(run: string): string[] {
  const characters = [...run]
  return characters.flatMap((_, from) =>
    characters.slice(from).map((__, more) => characters.slice(from, from + more + 1).join('')),
  )
}

/** What a pattern finds, with `test` for the written and `plain` for the folded pattern. */
function hasWord(
  own: readonly Word[],
  { test, plain }: { test: (text: string) => boolean; plain?: (text: string) => boolean },
): boolean {
  return own.some(({ text, isRun }) => {
    if (isRun) return partsOf(text).some(test)
    if (test(text) || test(fold(text))) return true
    return plain !== undefined && fold(text) === text && plain(text)
  })
}

function pattern(given: WordPattern, field = LOG_TEXTS.prompt): TextProbe {
  return { kind: 'pattern', field, pattern: given, ignoreCase: false, maxExpansions: undefined }
}

function wildcardTest(value: string): (text: string) => boolean {
  const written = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const expression = new RegExp(`^${written}$`, 'su')
  return (text) => expression.test(text)
}

describe('a probe of real texts finds what reading all of them finds:', () => {
  it('words', async () => {
    const property = fc.asyncProperty(anyText, anyText, fc.boolean(), async (one, two, both) => {
      const terms = [one, two].map((text) => queryTerms(text))
      const clauses = both ? [terms.flat()] : terms
      const expected = rowsWhere((_, __, row) => {
        const forms = new Set(places[row]!.flat())
        const has = (query: string) =>
          queryTerms(query).every(({ tokens }) =>
            tokens.some((token) =>
              token.prefix
                ? [...forms].some((form) => form.startsWith(token.text))
                : forms.has(token.text),
            ),
          )
        return both ? has(one) && has(two) : has(one) || has(two)
      })
      expect(await found({ kind: 'words', field: LOG_TEXTS.prompt, clauses })).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('phrases, in their order or moved', async () => {
    const place = fc.record({
      row: fc.nat({ max: RECORDS - 1 }),
      from: fc.nat(),
      length: fc.integer({ min: 2, max: 3 }),
      slop: fc.nat({ max: 3 }),
      turned: fc.boolean(),
    })
    const property = fc.asyncProperty(place, async ({ row, from, length, slop, turned }) => {
      const own = prompts[row]!.split(' ')
      const start = from % Math.max(1, own.length - length)
      const picked = own.slice(start, start + length).map((word) => word.slice(0, 12))
      const terms = queryTerms((turned ? picked.reverse() : picked).join(' '))
      if (terms.length === 0 || terms.length > 4) return
      const expected = rowsWhere((_, __, row) => standsIn(places[row]!, terms, slop))
      const probe = { kind: 'phrase', field: LOG_TEXTS.prompt, terms, slop } as const
      expect(await found(probe)).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('prefixes', async () => {
    const property = fc.asyncProperty(piece, async (value) => {
      const test = (text: string) => text.startsWith(value)
      const plain = (text: string) => text.startsWith(fold(value))
      const expected = rowsWhere((own) => hasWord(own, { test, plain }))
      expect(await found(pattern({ kind: 'prefix', value }))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('wildcards', async () => {
    const hole = fc.constantFrom('*', '?', '')
    const property = fc.asyncProperty(hole, piece, hole, piece, hole, async (...all) => {
      const value = all.join('')
      const test = wildcardTest(value)
      const plain = wildcardTest(fold(value))
      const expected = rowsWhere((own) => hasWord(own, { test, plain }))
      expect(await found(pattern({ kind: 'wildcard', value }))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 80 })
    for (const value of ['*', '?', '??', '???', '*机*', '机?', '中?的', '*中*的*', 'a*机', '*a*']) {
      const test = wildcardTest(value)
      const expected = rowsWhere((own) => hasWord(own, { test }))
      expect(await found(pattern({ kind: 'wildcard', value })), value).toEqual(expected)
    }
  }, 60_000)

  it.each([
    '[^a]*',
    '.*ing',
    'th(e|at|is)',
    '[0-9]{4}',
    '~(.*[a-z].*)',
    '.{20,}',
    'được|a.*b.*c.*',
    '[中国]{2}.',
    '(.*大.*)&(.*的.*)',
    '#',
  ])('the regular expression %s', async (value) => {
    const [both] = value.split('&').length > 1 ? [value.split('&')] : [undefined]
    const only = value === '~(.*[a-z].*)' ? /^[^a-z]*$/su : undefined
    const expressions = both?.map((one) => new RegExp(`^(?:${one})$`, 'su')) ?? [
      only ?? (value === '#' ? /$^\b/u : new RegExp(`^(?:${value})$`, 'su')),
    ]
    const test = (text: string) => expressions.every((one) => one.test(text))
    const expected = rowsWhere((own) => hasWord(own, { test }))
    expect(await found(pattern({ kind: 'regexp', value }))).toEqual(expected)
  })

  it('words that are near', async () => {
    const options = fc.record({
      value: anyText.filter((text) => text.length < 12 && text.search(RUNS) !== 0),
      distance: fc.integer({ min: 0, max: 2 }),
      prefixLength: fc.nat({ max: 2 }),
    })
    const property = fc.asyncProperty(options, async ({ value, distance, prefixLength }) => {
      const given = { kind: 'fuzzy', value, distance, prefixLength, transpositions: false } as const
      const near = (wanted: string) => (text: string) =>
        [...text].slice(0, prefixLength).join('') === [...wanted].slice(0, prefixLength).join('') &&
        levenshtein(
          [...text].slice(prefixLength).join(''),
          [...wanted].slice(prefixLength).join(''),
        ) <= distance
      const expected = prompts.flatMap((_, row) => {
        const own = places[row]!.map(([form = '']) => ({ text: form, isRun: false }))
        return hasWord(own, { test: near(value), plain: near(fold(value)) }) ? [row] : []
      })
      expect(await found(pattern(given))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 15 })
  }, 120_000)

  it('ranges of words', async () => {
    const property = fc.asyncProperty(anyText, anyText, fc.boolean(), async (a, b, isOpen) => {
      const [from = '', to = ''] = [a, b].sort(compare)
      const given = { kind: 'range', from, to, includesFrom: isOpen, includesTo: !isOpen } as const
      const fits = (text: string) =>
        (isOpen ? compare(text, from) >= 0 : compare(text, from) > 0) &&
        (isOpen ? compare(text, to) < 0 : compare(text, to) <= 0)
      const expected = rowsWhere((_, __, row) => places[row]!.some(([form = '']) => fits(form)))
      expect(await found(pattern(given))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('whole texts', async () => {
    const property = fc.asyncProperty(
      fc.nat({ max: RECORDS - 1 }),
      fc.boolean(),
      async (row, whole) => {
        const value = whole ? prompts[row]! : prompts[row]!.slice(1)
        const expected = rowsWhere((_, text) => text === value)
        expect(await found({ kind: 'exact', field: LOG_TEXTS.prompt, value })).toEqual(expected)
      },
    )
    await fc.assert(property, { numRuns: 30 })
  })

  it('the same of a document index, whose texts lie in lists and under dotted names', async () => {
    const property = fc.asyncProperty(piece, piece, async (one, two) => {
      for (const value of [`${one}*`, `*${one}*`, `${one}*${two}`]) {
        const own = { kind: 'wildcard', value } as const
        expect(await foundInIndex(pattern(own, TITLE))).toEqual(
          rowsWhere((_, text) => {
            const all = parts(text).flatMap(wordsOf)
            return hasWord(all, { test: wildcardTest(value), plain: wildcardTest(fold(value)) })
          }),
        )
      }
      const terms = queryTerms(`${one} ${two}`)
      if (terms.length === 0 || terms.length > 4) return
      const probe = { kind: 'phrase', field: TITLE, terms, slop: 1 } as const
      expect(await foundInIndex(probe)).toEqual(
        rowsWhere((_, text) => parts(text).some((part) => standsIn(positions(part), terms, 1))),
      )
    })
    await fc.assert(property, { numRuns: 40 })
  }, 60_000)
})

/** Tries every choice of a word for each term. */
function standsIn(
  text: readonly (readonly string[])[],
  terms: ReturnType<typeof queryTerms>,
  slop: number,
): boolean {
  const choose = (term: number, taken: readonly number[]): boolean => {
    if (term === terms.length) return true
    return text.some((forms, place) => {
      const fits = terms[term]!.tokens.some((token) =>
        forms.some((form) => (token.prefix ? form.startsWith(token.text) : form === token.text)),
      )
      if (!fits || taken.includes(place)) return false
      const moved = [...taken, place].map((one, at) => one - terms[at]!.offset)
      return Math.max(...moved) - Math.min(...moved) <= slop && choose(term + 1, [...taken, place])
    })
  }
  return choose(0, [])
}

function levenshtein(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  if (Math.abs(left.length - right.length) > 2) return 3
  let last = right.map((_, place) => place + 1)
  for (const [row, one] of left.entries()) {
    const next: number[] = []
    for (const [column, other] of right.entries()) {
      const before = column === 0 ? row : last[column - 1]!
      const same = before + (one === other ? 0 : 1)
      next.push(Math.min(same, last[column]! + 1, (column === 0 ? row + 1 : next[column - 1]!) + 1))
    }
    last = next
  }
  return last.at(-1) ?? left.length
}
