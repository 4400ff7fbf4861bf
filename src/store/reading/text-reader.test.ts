import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowId } from '../days/columns-schema.ts'
import { LOG_TEXTS, queryTerms } from '../tokens.ts'
import { textRows } from '../writing/text-row.ts'
import { TextWriter } from '../writing/text-writer.ts'
import type { TextProbe, WordPattern } from './filter.ts'
import { compare, DAY, RECORDS, vocabulary, type Word, words, writeDay } from './probe-samples.ts'
import { TextReader } from './text-reader.ts'

const PLENTY_MS = 60_000

let folder: string
let reader: TextReader

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-reader-'))
  writeDay(folder)
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

function rowsWhere(fits: (words: readonly Word[], row: number) => boolean): number[] {
  return words.flatMap((own, row) => (fits(own, row) ? [row] : []))
}

function pattern(given: WordPattern, field = LOG_TEXTS.prompt): TextProbe {
  return { kind: 'pattern', field, pattern: given, ignoreCase: false, maxExpansions: undefined }
}

describe('a probe', () => {
  it('finds labels as they were written, whatever their case and signs', async () => {
    const label = (key: string, value: string) => found({ kind: 'label', key, value })
    expect(await label('team', 'red')).toEqual(rowsWhere((_, row) => row % 2 === 1))
    expect(await label('team', 'Red')).toEqual(rowsWhere((_, row) => row % 2 === 0))
    expect(await label('team', 'RED')).toEqual([])
    expect(await label('a', 'b=c')).toHaveLength(RECORDS)
    expect(await label('a=b', 'c')).toHaveLength(RECORDS)
    expect(await label('a=b=', 'c')).toEqual([])
  })

  it('finds records with any word in a field', async () => {
    expect(await found({ kind: 'anyWord', field: LOG_TEXTS.prompt })).toHaveLength(RECORDS)
    expect(await found({ kind: 'anyWord', field: LOG_TEXTS.response })).toEqual(
      rowsWhere((_, row) => row % 3 !== 0),
    )
    expect(await found({ kind: 'anyWord', field: LOG_TEXTS.error_message })).toEqual([])
  })

  it('tries the first words of a prefix only, when told so', async () => {
    const probe = pattern({ kind: 'prefix', value: 'th' }) as Extract<
      TextProbe,
      { kind: 'pattern' }
    >
    const first = vocabulary.filter((word) => word.startsWith('th')).sort(compare)[0]!
    const expected = rowsWhere((own) => own.some(({ text }) => text === first))
    expect(await found({ ...probe, maxExpansions: 1 })).toEqual(expected)
  })

  it('tries the nearest words first, when told how many', async () => {
    const fuzzy = { kind: 'fuzzy', distance: 2, prefixLength: 0, transpositions: true } as const
    const probe = pattern({ ...fuzzy, value: 'which' }) as Extract<TextProbe, { kind: 'pattern' }>
    const expected = rowsWhere((own) => own.some(({ text }) => text === 'which'))
    expect(await found({ ...probe, maxExpansions: 1 })).toEqual(expected)
  })

  it('gives candidates at once and confirms them in the order wanted, up to a limit', async () => {
    const probe: TextProbe = {
      kind: 'phrase',
      field: LOG_TEXTS.prompt,
      terms: queryTerms('of the'),
      slop: 0,
    }
    const matching = await found(probe)
    // another probe, so that the answer is not known already
    const turned = { ...probe, slop: 1 }
    const [[candidates]] = (await reader.candidates([DAY], [turned], PLENTY_MS)) as [
      [{ rows: Float64Array; areCertain: boolean }],
    ]
    expect(candidates.areCertain).toBe(false)
    expect(candidates.rows.length).toBeGreaterThan(matching.length)
    const newest = candidates.rows.toReversed()
    const confirmed = reader.confirm(DAY, probe, newest, { timeoutMs: PLENTY_MS, limit: 5 })
    expect(Array.from(confirmed, (row) => row - rowId(1, 0))).toEqual(
      matching.toReversed().slice(0, 5),
    )
  })

  it('sees what was added after it was first asked', async () => {
    const probe: TextProbe = {
      kind: 'words',
      field: LOG_TEXTS.prompt,
      clauses: [queryTerms('zyxomma')],
    }
    expect(await found(probe)).toEqual([])
    const writer = new TextWriter(folder)
    const record = { prompt: 'a zyxomma' }
    const stored = { id: 'late', day: DAY, indexPrefix: 'calls', record }
    writer.apply(
      { number: 1, name: 'relay' },
      textRows([{ position: RECORDS, next: RECORDS + 1, stored }], true),
    )
    expect(await found(probe)).toEqual([RECORDS])
    const sealing = writer.seal(DAY)
    while (sealing.next().done !== true);
    writer.close()
    expect(await found(probe)).toEqual([RECORDS])
  })

  it('checks an error message although bodies are not kept', async () => {
    const day = '2026-01-06'
    const writer = new TextWriter(folder)
    const entries = ['the shard is full', 'is the shard full', '机器学习 failed', '机器 学习'].map(
      (message, place) => {
        const record = { error_message: message }
        return {
          position: place,
          next: place + 1,
          stored: { id: `e${place}`, day, indexPrefix: 'calls', record },
        }
      },
    )
    writer.apply({ number: 1, name: 'relay' }, textRows(entries, false))
    writer.close()
    const rows = async (probe: TextProbe) => {
      const [answer] = await reader.probe([day], [probe], PLENTY_MS)
      return Array.from(answer![0]!, (row) => row - rowId(1, 0))
    }
    const field = LOG_TEXTS.error_message
    const phrase = { kind: 'phrase', field, terms: queryTerms('shard is full'), slop: 0 } as const
    expect(await rows(phrase)).toEqual([0])
    expect(await rows(pattern({ kind: 'prefix', value: '机器学' }, field))).toEqual([2])
  })

  it.each([
    ['a wildcard on both sides', { kind: 'wildcard', value: '*a*' }],
    ['a regular expression', { kind: 'regexp', value: '[^a]*' }],
    [
      'a fuzzy word',
      { kind: 'fuzzy', value: 'x'.repeat(64), distance: 2, prefixLength: 0, transpositions: true },
    ],
  ] as const)('%s ends when its time is up', async (_, given) => {
    const asked = reader.probe([DAY], [pattern(given)], -1)
    await expect(asked).rejects.toMatchObject({ code: 'SEARCH_TIMEOUT' })
  })

  it('answers nothing for a file that was only just made', async () => {
    writeFileSync(join(folder, 'days', '2026-01-07.text'), '')
    const probe = pattern({ kind: 'prefix', value: 'a' })
    expect(await reader.probe(['2026-01-07'], [probe], PLENTY_MS)).toEqual([[new Float64Array()]])
  })

  it('answers nothing for a part without text file', async () => {
    const probe = pattern({ kind: 'prefix', value: 'a' })
    expect(await reader.probe(['1999-01-01'], [probe], PLENTY_MS)).toEqual([[new Float64Array()]])
    expect(reader.sources('index:none', [1])).toEqual([undefined])
    expect(reader.documents('1999-01-01', [1])).toEqual([undefined])
  })
})
