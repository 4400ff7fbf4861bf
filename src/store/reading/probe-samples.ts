import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DOCUMENTS_SCHEMA } from '../indices/documents-schema.ts'
import { documentsFile, makeIndicesFolder } from '../indices/index-files.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import { positions } from '../tokens.ts'
import { WordWriter } from '../word-writer.ts'
import { textRows } from '../writing/text-row.ts'
import { TextWriter } from '../writing/text-writer.ts'

// Real texts in a day's file and in that of a document index, for the tests of the text engine.

export const DAY = '2026-01-05'
export const UUID = 'abcdefghijklmnopqrstuv'
export const TITLE: TextField = {
  mark: '12:',
  paths: ['book.title'],
  analyzer: 'default',
  searchAnalyzer: 'default',
}

export const RUNS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u30fc]+/gu
export const RECORDS = 150

/** Paragraphs in English, Vietnamese and Chinese in turn: of the full data set where there is one. */
function paragraphs(language: string): string[] {
  const files = [
    `../../../../shared/data/xquad.${language}.json`,
    `../../../samples/xquad.${language}.30.json`,
  ]
  for (const file of files) {
    try {
      const text = readFileSync(new URL(file, import.meta.url), 'utf8')
      const { data } = JSON.parse(text) as { data: { paragraphs: { context: string }[] }[] }
      return data.flatMap((article) => article.paragraphs.map(({ context }) => context))
    } catch {
      // the next one
    }
  }
  throw new Error('samples/ is missing')
}

const languages = ['en', 'vi', 'zh'].map(paragraphs)
/** Text of each record, by its place. */
export const prompts = Array.from({ length: RECORDS }, (_, number) => {
  const own = languages[number % languages.length]!
  const text = own[Math.floor(number / languages.length) % own.length]!
  return `${text.slice(0, 300)} #${number}`
})

export interface Word {
  readonly text: string
  readonly isRun: boolean
}

/** Words of a text, and its runs whole. */
export function wordsOf(text: string): Word[] {
  const source = text.normalize('NFKC').toLowerCase()
  const runs = Array.from(source.matchAll(RUNS), ([run]) => ({ text: run, isRun: true }))
  const words = positions(text).flatMap(([form = '']) => (form.search(RUNS) === 0 ? [] : [form]))
  return [...runs, ...words.map((word) => ({ text: word, isRun: false }))]
}

export const words = prompts.map(wordsOf)
export const places = prompts.map((prompt) => positions(prompt))
export const vocabulary = [...new Set(words.flatMap((own) => own.map(({ text }) => text)))]

/** Writes the records of a day, some transactions of them. */
export function writeDay(folder: string): void {
  const writer = new TextWriter(folder)
  for (let start = 0; start < RECORDS; start += 40) {
    const entries = prompts.slice(start, start + 40).map((prompt, place) => {
      const number = start + place
      const labels = { team: number % 2 === 0 ? 'Red' : 'red', 'a=b': 'c', a: 'b=c' }
      const record = { prompt, labels, response: number % 3 === 0 ? '…' : 'fine' }
      const stored = { id: `id-${number}`, day: DAY, indexPrefix: 'calls', record }
      return { position: number, next: number + 1, stored }
    })
    writer.apply({ number: 1, name: 'relay' }, textRows(entries, true))
  }
  writer.close()
}

/** Writes the same texts as documents, each in two parts. */
export function writeIndex(folder: string): void {
  makeIndicesFolder(folder)
  const database = new DatabaseSync(documentsFile(folder, UUID))
  for (const statement of DOCUMENTS_SCHEMA) database.exec(statement)
  const writer = new WordWriter()
  for (const prompt of prompts) {
    for (const title of parts(prompt)) writer.addField(TITLE.mark, title)
    writer.endRecord()
  }
  const { bytes, ends } = writer.take()
  const insertWords = database.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)')
  const insert = database.prepare('INSERT INTO docs (seq, id, version, source) VALUES (?, ?, 1, ?)')
  database.exec('BEGIN')
  for (const [row, prompt] of prompts.entries()) {
    insertWords.run(row, bytes.subarray(ends[row - 1] ?? 0, ends[row]))
    const [head, tail] = parts(prompt)
    const book = [{ title: head }, { title: [tail, null] }]
    insert.run(row, `id-${row}`, JSON.stringify(row % 2 === 0 ? { book } : titles(head, tail)))
  }
  database.exec('COMMIT')
  database.close()
}

export function parts(prompt: string): readonly [string, string] {
  const middle = prompt.indexOf(' ', prompt.length / 2)
  return [prompt.slice(0, middle), prompt.slice(middle)]
}

function titles(head: string, tail: string) {
  return { 'book.title': head, book: { title: tail } }
}

/** By code points. */
export function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
