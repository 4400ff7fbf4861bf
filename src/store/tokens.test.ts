import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { TEXT_SCHEMA } from './days/text-schema.ts'
import { Characters } from './patterns/characters.ts'
import { WordIndex } from './reading/word-index.ts'
import { tokenBytes } from './token-bytes.ts'
import { FIELD_MARKS, labelToken, positions, queryTerms } from './tokens.ts'
import { WordWriter } from './word-writer.ts'

function indexed(text: string): string[] {
  const writer = new WordWriter()
  writer.addField(FIELD_MARKS.prompt, text)
  writer.endRecord()
  const { bytes } = writer.take()
  return (
    Buffer.from(bytes)
      .toString()
      .split(' ')
      .filter((token) => token !== '')
      .map((token) => token.slice(1))
      // the mark alone stands for a field that has any word
      .filter((token) => token !== '')
  )
}

it.each([
  ['gpt-4o costs 3.14 and 1,000', ['gpt', '4o', 'costs', '3.14', 'and', '1,000']],
  ["timeout_first_byte isn't a:b", ['timeout_first_byte', "isn't", 'a:b']],
  ['see example.com.', ['see', 'example.com']],
  ['_ __ -- …', []],
  ['Ｆｕｌｌ ﬁne', ['full', 'fine']],
  ['ends: with, marks; all.', ['ends', 'with', 'marks', 'all']],
  ['한국어 텍스트', ['한국어', '텍스트']],
  ['ok 🎉 done', ['ok', '🎉', 'done']],
] as const)('parts %j as the standard analyser does', (text, tokens) => {
  expect(indexed(text)).toEqual(tokens)
})

it('indexes each word of a text once', () => {
  expect(indexed('the cat and the dog and THE fox')).toEqual(['the', 'cat', 'and', 'dog', 'fox'])
})

it('indexes a word with accents as written and without them', () => {
  expect(indexed('đường phố')).toEqual(['đường', '~duong', 'phố', '~pho'])
})

it('takes composed and decomposed accents for the same', () => {
  expect(indexed('việt'.normalize('NFD'))).toEqual(indexed('việt'.normalize('NFC')))
})

it('indexes Chinese by pairs of characters and the last one alone', () => {
  expect(indexed('中文字 x')).toEqual(['中文', '文字', '字', 'x'])
})

it('keeps characters beyond the basic plane whole', () => {
  expect(indexed('日𠮷野')).toEqual(['日𠮷', '𠮷野', '野'])
})

it('survives halves of characters', () => {
  expect(indexed('a\ud800 b\udc00')).toEqual(['a', 'b'])
})

it('cuts a long word in the index and in the query alike', () => {
  const long = 'x'.repeat(500)
  expect(indexed(long)).toEqual(['x'.repeat(64)])
  expect(queryTerms(long)[0]?.tokens[0]?.text).toBe('x'.repeat(64))
})

it('forgets no word when its memory of words starts anew', () => {
  const many = Array.from({ length: 100_000 }, (_, number) => `w${number}`)
  const writer = new WordWriter()
  for (let start = 0; start < many.length; start += 1000) {
    writer.addField(FIELD_MARKS.prompt, many.slice(start, start + 1000).join(' '))
    writer.endRecord()
  }
  const { bytes, ends } = writer.take()
  expect(ends.length).toBe(100)
  const tokens = Buffer.from(bytes).toString().trim().split(' ')
  expect(tokens.filter((token) => token !== 'p')).toEqual(many.map((word) => `p${word}`))
})

it('looks for a word without accents also in its forms with them', () => {
  expect(queryTerms('duong')[0]?.tokens.map(({ text }) => text)).toEqual(['duong', '~duong'])
})

it('looks for a word with accents also where it was typed without', () => {
  expect(queryTerms('đường')[0]?.tokens.map(({ text }) => text)).toEqual(['đường', 'duong'])
})

it('looks for a single Chinese character at the beginning of every pair', () => {
  expect(queryTerms('文')).toEqual([{ tokens: [{ text: '文', prefix: true }], word: 0, offset: 0 }])
})

it('gives the terms of a phrase the distances that the words have in a text', () => {
  const text = positions('ab 中文字 cd')
  for (const { tokens, offset } of queryTerms('AB 中文字 cd')) {
    expect(text[offset]).toContain(tokens[0]?.text)
  }
})

it('makes a token of a label that no other label has', () => {
  const labels = [
    ['team', 'red'],
    ['Team', 'red'],
    ['team', 'Red'],
    ['a=b', 'c'],
    ['a', 'b=c'],
    ['a\\', 'b'],
    ['a', 'x'.repeat(1000)],
    ['a', `${'x'.repeat(999)}y`],
  ] as const
  const tokens = labels.map(([key, value]) => labelToken(key, value))
  expect(new Set(tokens).size).toBe(labels.length)
  expect(tokens[0]).toBe('team=red')
  expect(Math.max(...tokens.map((token) => token.length))).toBeLessThan(500)
})

it('marks a field that has any word, once for each of its texts', () => {
  const writer = new WordWriter()
  writer.addField('12:', 'one two')
  writer.addField('3:', '…')
  writer.endRecord()
  expect(Buffer.from(writer.take().bytes).toString()).toBe('12:one 12:two 12: ')
})

it('writes the words of another analyser in a form that the index keeps apart', () => {
  const writer = new WordWriter()
  const analyzer = { positions: (text: string) => [[text], [], ['New York', text]] }
  writer.addField('1:', 'IPhone', analyzer)
  writer.endRecord()
  const { bytes } = writer.take()
  const database = new DatabaseSync(':memory:')
  for (const statement of TEXT_SCHEMA) database.exec(statement)
  database.prepare('INSERT INTO words (rowid, tokens) VALUES (?, ?)').run(1, bytes)
  const words = new WordIndex(database)
  words.refresh()
  const rows = (token: string) => words.rows(tokenBytes(`1:${token}`), () => undefined).length
  expect(['IPhone', 'New York', ''].map(rows)).toEqual([1, 1, 1])
  expect(['iphone', 'New', 'York', 'new york'].map(rows)).toEqual([0, 0, 0, 0])
  database.close()
})

it('gives back the text of a token', () => {
  for (const text of [
    '',
    'word',
    'New York\t',
    'ABC xyz',
    'đường',
    '𠮷',
    'a\u007fb',
    'A'.repeat(300),
  ]) {
    const bytes = tokenBytes(text)
    expect(new Characters().ofToken(bytes, 0, bytes.length).text()).toBe(text)
    expect(new Characters().ofText(text).text()).toBe(text)
  }
})
