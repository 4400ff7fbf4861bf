import { seededRandom, WORDS } from './random-documents.ts'

type Json = Readonly<Record<string, unknown>>

const FIRST_DAY = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000
const WORDS_OF_BODY = 120

/** Calls over some days as lines of a `_bulk`, in requests of so many. */
export function* recordBulks(records: number, days: number, each: number): Iterable<string> {
  const random = seededRandom(11)
  const words = (count: number) =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ')
  for (let start = 0; start < records; start += each) {
    const lines: string[] = []
    for (let number = start; number < Math.min(records, start + each); number++) {
      const prompt = `${words(WORDS_OF_BODY)} number${number}`
      lines.push(
        JSON.stringify({ index: { _id: `r${number}` } }),
        JSON.stringify({
          '@timestamp': new Date(FIRST_DAY + (number * days * DAY_MS) / records).toISOString(),
          request_id: `r${number}`,
          model: `model-${number % 7}`,
          team: `team-${number % 100}`,
          user_id: `user-${number % 3_000}`,
          status_code: number % 10 === 0 ? 500 : 200,
          latency_ms: (number * 7) % 5_000,
          prompt,
          response: words(20),
          ...(number % 10 === 0 && { error_message: `connection reset by peer ${number}` }),
          request_body: JSON.stringify({ messages: [{ role: 'user', content: prompt }] }),
        }),
      )
    }
    yield `${lines.join('\n')}\n`
  }
}

/** A field of every type. */
export const HOSTILE_MAPPING: Json = {
  properties: {
    kw: { type: 'keyword' },
    tags: { type: 'keyword' },
    txt: { type: 'text', fields: { keyword: { type: 'keyword' } } },
    n: { type: 'long' },
    small: { type: 'byte' },
    f: { type: 'double' },
    flag: { type: 'boolean' },
    at: { type: 'date' },
    ip: { type: 'ip' },
    flat: { type: 'flattened' },
    wild: { type: 'wildcard' },
    inner: { properties: { name: { type: 'keyword' }, size: { type: 'integer' } } },
  },
}

/** Documents with a value in every field of `HOSTILE_MAPPING`. */
export function hostileDocuments(count: number): string {
  const random = seededRandom(5)
  const word = () => WORDS[Math.floor(random() * WORDS.length)]!
  const lines = Array.from({ length: count }, (_, number) => [
    JSON.stringify({ index: { _id: `d${number}` } }),
    JSON.stringify({
      kw: word(),
      tags: [word(), word()],
      txt: `${word()} ${word()} ${word()} ${number}`,
      n: number,
      small: number % 100,
      f: number / 8,
      flag: number % 2 === 0,
      at: new Date(FIRST_DAY + number * 3_600_000).toISOString(),
      ip: `10.0.${number % 256}.1`,
      flat: { a: word(), b: { c: number } },
      wild: `${word()}-${word()}`,
      inner: { name: word(), size: number },
    }),
  ])
  return `${lines.flat().join('\n')}\n`
}
