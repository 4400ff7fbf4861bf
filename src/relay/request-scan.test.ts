import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanRequest } from './request-scan.ts'

const WATCHED = ['model', 'stream', 'stream_options', 'user'] as const

function scanText(text: string) {
  return scanRequest(Buffer.from(text))
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const documents = fc.oneof(
  fc.json(),
  fc
    .record({
      model: fc.string(),
      stream: fc.boolean(),
      stream_options: fc.jsonValue(),
      user: fc.string({ unit: 'binary' }),
      messages: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value)),
)

describe('the request scanner', () => {
  it('finds what JSON.parse finds, whatever else is in the body', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.record({ model: fc.string({ unit: 'grapheme' }), user: fc.jsonValue() }),
        fc.constantFrom(0, 1, 2),
        (rest, own, indent) => {
          const value = { ...rest, ...own }
          const bytes = Buffer.from(JSON.stringify(value, null, indent))
          const scan = scanRequest(bytes)
          if (!scan.ok) throw new Error(scan.problem)
          for (const name of WATCHED) {
            const span = scan.spans[name]
            const found = span && JSON.parse(bytes.toString('utf8', span.start, span.end))
            expect(found).toEqual(
              Object.hasOwn(value, name) ? JSON.parse(JSON.stringify(value))[name] : undefined,
            )
          }
        },
      ),
    )
  })

  it('takes a text exactly when JSON.parse makes an object of it', () => {
    const edits = fc.record({
      at: fc.nat(200),
      remove: fc.nat(3),
      insert: fc.constantFrom(
        '',
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '0',
        '-',
        'e',
        ' ',
        '\n',
      ),
    })
    fc.assert(
      fc.property(documents, edits, (text, { at, remove, insert }) => {
        const place = at % (text.length + 1)
        const edited = text.slice(0, place) + insert + text.slice(place + remove)
        fc.pre(edited.isWellFormed())
        const scan = scanText(edited)
        if (scan.ok || !scan.problem.endsWith('stands twice')) {
          expect(scan.ok).toBe(isJsonObject(edited))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses every beginning of a body', () => {
    const text = '{"model":"a\\u0062","n":[-1.5e+3,true,null],"stream_options":{"x":{}}}'
    for (let length = 0; length < text.length; length++) {
      const scan = scanText(text.slice(0, length))
      expect(scan).toMatchObject({ ok: false, position: expect.any(Number) })
    }
    expect(scanText(text).ok).toBe(true)
  })

  it.each([
    ['{"model":"a",}', 13, 'a property name'],
    ['{"model" "a"}', 9, '":"'],
    ['[1]', 0, 'a JSON object'],
    ['{"a":01}', 6, '","'],
    ['{"a":.5}', 5, 'a JSON value'],
    ['{"a":1.}', 7, 'a digit'],
    ['{"a":"\t"}', 6, 'control character'],
    ['{"a":"\\x"}', 7, 'escape'],
    ['{"a":"\\u12g4"}', 10, 'hex digits'],
    ['{"a":tru}', 8, 'a JSON value'],
    ['{"a":1} x', 8, 'after the end'],
    ['{"a":\u00001}', 5, 'a JSON value'],
    ['{"model":"a","model":"b"}', 21, 'stands twice'],
    ['{"model":"a","mode\\u006c":"b"}', 26, 'stands twice'],
  ] as const)('says what is wrong with %j at %d', (text, position, problem) => {
    expect(scanText(text)).toEqual({
      ok: false,
      position,
      problem: expect.stringContaining(problem),
    })
  })

  it('refuses ten thousand levels without falling over', () => {
    for (const level of ['[', '{"a":']) {
      const scan = scanText(`{"messages":${level.repeat(10_000)}`)
      expect(scan).toMatchObject({ ok: false, problem: expect.stringContaining('nested deeper') })
    }
  })

  it('sees an escaped quote and a closing quote in a body that is jumped through', () => {
    const long = `${'x'.repeat(30_000)}\\"${'y'.repeat(100)}\\\\`
    const text = `{"messages":"${long}","model":"small"}`
    const scan = scanText(text)
    if (!scan.ok) throw new Error(scan.problem)
    expect(text.slice(scan.spans.model?.start, scan.spans.model?.end)).toBe('"small"')
    expect(scanText(`{"messages":"${long}`)).toMatchObject({
      ok: false,
      position: text.indexOf(long) + long.length,
    })
  })

  it('takes its own members only from the outermost level', () => {
    const scan = scanText('{"messages":[{"model":"inner","user":"x"}],"metadata":{"stream":true}}')
    expect(scan).toMatchObject({ ok: true, spans: { model: undefined, user: undefined } })
  })
})
