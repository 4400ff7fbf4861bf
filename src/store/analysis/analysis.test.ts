import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { positions } from '../tokens.ts'
import { Analysis, type AnalyzerParts } from './analysis.ts'

const analysis = new Analysis({})

function words(name: string, text: string, settings = {}): readonly string[] {
  return new Analysis(settings)
    .analyzer(name)
    .tokens(text)
    .map((token) => token.text)
}

function custom(parts: AnalyzerParts, text: string, settings = {}): string {
  return new Analysis(settings)
    .custom(parts)
    .tokens(text)
    .map((token) => `${token.text}|${token.start}-${token.end}|${token.position}`)
    .join(' ')
}

describe('an analyzer', () => {
  it.each([
    [
      'standard',
      "The Quick-Brown Fox_jumps, don't 1,234.5 日本カタカナ",
      ['the', 'quick', 'brown', 'fox_jumps', "don't", '1,234.5', '日', '本', 'カタカナ'],
    ],
    ['simple', 'The 2 QUICK', ['the', 'quick']],
    ['whitespace', ' The  QUICK! ', ['The', 'QUICK!']],
    ['keyword', ' The QUICK ', [' The QUICK ']],
    ['stop', 'The quick AND dead', ['quick', 'dead']],
    ['cjk', '日本語 the カー ｆｕｌｌ', ['日本', '本語', 'カー', 'full']],
    ['pattern', 'Foo--bar_1', ['foo', 'bar_1']],
    ['default', 'Straße Việt 日本語', ['straße', 'việt', '日本', '本語', '語']],
  ])('%s makes the tokens of %j', (name, text, expected) => {
    expect(words(name, text)).toEqual(expected)
  })

  it.each([
    ['english', 'analyzer [english] is not supported'],
    ['nope', 'analyzer [nope] has not been configured in mappings'],
    ['__proto__', 'analyzer [__proto__] has not been configured in mappings'],
  ])('%s does not exist', (name, reason) => {
    expect(() => analysis.analyzer(name)).toThrow(reason)
  })

  it('knows the places of its tokens in the text as it was given', () => {
    for (const text of [
      'Xin chào Việt Nam',
      'ＦＵＬＬ ﬁne',
      'e\u0301a b',
      '日本語',
      'a😀b',
      'İx y',
    ]) {
      for (const { start, end, text: word } of analysis.analyzer('default').tokens(text)) {
        const written = text.slice(start, end).normalize('NFKC').toLowerCase()
        expect(written).toBe(word)
      }
    }
  })

  it('gives the same positions with and without the places', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const tokens = analysis.analyzer('default').tokens(text)
        expect(tokens.map(({ forms }) => forms)).toEqual(positions(text))
        for (const { start, end } of tokens) expect(start).toBeLessThan(end)
      }),
    )
  })
})

describe('an analyzer made of parts', () => {
  it.each<[AnalyzerParts, string, string]>([
    [{ tokenizer: 'letter', filter: ['uppercase'] }, 'a1b', 'A|0-1|0 B|2-3|1'],
    [{ tokenizer: 'lowercase' }, 'Ab 1', 'ab|0-2|0'],
    [{ tokenizer: 'standard', filter: ['asciifolding'] }, 'Øre ﬁn', 'Ore|0-3|0 fin|4-6|1'],
    [{ tokenizer: 'standard', filter: ['stop'] }, 'to be seen', 'seen|6-10|2'],
    [{ tokenizer: 'standard', filter: ['unique'] }, 'a b a c', 'a|0-1|0 b|2-3|1 c|6-7|2'],
    [{ tokenizer: 'standard', filter: [{ type: 'length', min: 2 }] }, 'a bc', 'bc|2-4|1'],
    [{ tokenizer: 'standard', filter: [{ type: 'truncate', length: 2 }] }, 'abc', 'ab|0-3|0'],
    [{ tokenizer: 'keyword', filter: ['trim', 'reverse'] }, ' ab ', 'ba|0-4|0'],
    [
      { tokenizer: 'standard', filter: [{ type: 'edge_ngram', min_gram: 1, max_gram: 3 }] },
      'abcd',
      'a|0-4|0 ab|0-4|0 abc|0-4|0',
    ],
    [{ tokenizer: 'standard', filter: ['ngram'] }, 'ab', 'a|0-2|0 ab|0-2|0 b|0-2|0'],
    [{ tokenizer: 'standard', filter: ['cjk_bigram'] }, '日本', '日本|0-2|0'],
    [
      { tokenizer: { type: 'ngram', min_gram: 2, max_gram: 3 } },
      'abc',
      'ab|0-2|0 abc|0-3|1 bc|1-3|2',
    ],
    [
      { tokenizer: { type: 'edge_ngram', max_gram: 2, token_chars: ['letter'] } },
      'ab-c',
      'a|0-1|0 ab|0-2|1 c|3-4|2',
    ],
    [{ tokenizer: 'path_hierarchy' }, '/a/b', '/a|0-2|0 /a/b|0-4|0'],
    [
      { tokenizer: { type: 'path_hierarchy', reverse: true, delimiter: '.' } },
      'a.b',
      'a.b|0-3|0 b|2-3|0',
    ],
    [{ tokenizer: { type: 'pattern', pattern: ',' } }, 'a, b', 'a|0-1|0  b|2-4|1'],
    [{ tokenizer: { type: 'pattern', pattern: '"(\\w+)"', group: 1 } }, 'x "ab"', 'ab|3-5|0'],
    [
      { tokenizer: 'standard', charFilter: ['html_strip'] },
      '<p>caf&eacute; <b>x</b></p>',
      'café|3-14|0 x|18-23|1',
    ],
    [
      { tokenizer: 'standard', charFilter: [{ type: 'mapping', mappings: [':) => happy'] }] },
      'so :)',
      'so|0-2|0 happy|3-5|1',
    ],
    [
      {
        tokenizer: 'whitespace',
        charFilter: [{ type: 'pattern_replace', pattern: '(\\d)-(\\d)', replacement: '$2$1' }],
      },
      'a 1-2',
      'a|0-1|0 21|2-5|1',
    ],
  ])('%j makes of %j: %s', (parts, text, expected) => {
    expect(custom(parts, text)).toBe(expected)
  })

  it.each<[Record<string, string | readonly string[]>, string]>([
    [{ 'analyzer.a.type': 'foo' }, 'Unknown analyzer type [foo] for [a]'],
    [{ 'analyzer.a.type': 'english' }, 'analyzer type [english] of [a] is not supported'],
    [
      { 'analyzer.a.filter': ['lowercase'] },
      'must specify either an analyzer type, or a tokenizer',
    ],
    [
      { 'analyzer.a.tokenizer': 'foo' },
      'Custom Analyzer [a] failed to find tokenizer under name [foo]',
    ],
    [
      { 'analyzer.a.tokenizer': 'standard', 'analyzer.a.filter': 'foo' },
      'Custom Analyzer [a] failed to find filter under name [foo]',
    ],
    [
      { 'analyzer.a.tokenizer': 'standard', 'analyzer.a.char_filter': ['foo'] },
      'failed to find char_filter under name [foo]',
    ],
    [{ 'filter.f.type': 'synonym' }, 'filter type [synonym] of [f] is not supported'],
    [
      { 'filter.f.type': 'stop', 'filter.f.stopwords_path': 'x' },
      '[stopwords_path] of [f] is not supported',
    ],
    [
      { 'filter.f.type': 'stop', 'filter.f.stopwords': '_french_' },
      'stopwords [_french_] are not supported',
    ],
    [
      { 'tokenizer.t.type': 'uax_url_email' },
      'tokenizer type [uax_url_email] of [t] is not supported',
    ],
    [
      { 'tokenizer.t.type': 'ngram', 'tokenizer.t.max_gram': '9' },
      'must be less than or equal to: [1] but was [8]',
    ],
    [{ 'tokenizer.t.type': 'pattern', 'tokenizer.t.pattern': '(?<=a)b' }, 'is not supported'],
    [{ 'char_filter.c.type': 'mapping' }, 'mapping requires'],
    [{ 'normalizer.n.filter': ['stop'] }, 'Custom normalizer [n] may not use filter [stop]'],
  ])('is refused for %j', (given, reason) => {
    const settings = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [`index.analysis.${key}`, value]),
    )
    expect(() => new Analysis(settings)).toThrow(reason)
  })

  it('is defined by settings, with lists in any of the forms that settings have', () => {
    for (const filter of [['lowercase', 'mine'], '["lowercase","mine"]', 'lowercase, mine']) {
      const settings = {
        'index.analysis.analyzer.a.tokenizer': 'whitespace',
        'index.analysis.analyzer.a.filter': filter,
        'index.analysis.filter.mine.type': 'stop',
        'index.analysis.filter.mine.stopwords.0': 'x',
        'index.analysis.filter.mine.stopwords.1': 'y',
      }
      expect(words('a', 'X B y', settings)).toEqual(['b'])
    }
  })

  it('asks for the forms of one position as alternatives and keeps gaps', () => {
    const analyzer = analysis.custom({
      tokenizer: 'standard',
      filter: ['lowercase', 'stop', { type: 'asciifolding', preserve_original: true }],
    })
    expect(analyzer.positions('The café')).toEqual([[], ['cafe', 'café']])
    expect(analyzer.queryTerms('The café')).toEqual([
      {
        tokens: [
          { text: 'cafe', prefix: false },
          { text: 'café', prefix: false },
        ],
        word: 0,
        offset: 1,
      },
    ])
  })

  it('keeps the default analyzer of an index apart from the product’s own', () => {
    const own = new Analysis({ 'index.analysis.analyzer.default.type': 'whitespace' })
    expect(own.keptName('default')).toBe('_default')
    expect(
      own
        .analyzer('default')
        .tokens('A-b')
        .map(({ text }) => text),
    ).toEqual(['A-b'])
    expect(analysis.keptName('default')).toBe('default')
  })
})

describe('a normalizer', () => {
  it('makes one value of a keyword', () => {
    const own = new Analysis({
      'index.analysis.normalizer.n.filter': ['lowercase', 'asciifolding', 'trim'],
    })
    expect(own.normalizer('n')(' CAFÉ au ')).toBe('cafe au')
    expect(own.normalizer('lowercase')('ÄB')).toBe('äb')
    expect(own.normalizer('n')('')).toBe('')
    expect(() => own.normalizer('m')).toThrow('normalizer [m] not found')
  })
})

describe('hostile input', () => {
  it('takes any text through every analyzer', () => {
    const names = [
      'standard',
      'simple',
      'whitespace',
      'keyword',
      'stop',
      'cjk',
      'pattern',
      'default',
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '<', '&', '!', '-', 'a', '日') }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), text, (name, sample) => {
        for (const { start, end } of analysis.analyzer(name).tokens(sample)) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeLessThanOrEqual(sample.length)
        }
        custom({ tokenizer: 'standard', charFilter: ['html_strip'] }, sample)
      }),
    )
  })

  it('strips markup that is never closed in time that grows with the text', () => {
    const started = performance.now()
    for (const piece of ['<script>', '<!--', '<a', '&#', '<b ']) {
      custom({ tokenizer: 'keyword', charFilter: ['html_strip'] }, piece.repeat(50_000))
    }
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
