import { readFileSync } from 'node:fs'

const FOLDER = new URL('../fixtures/answers/', import.meta.url)

/** Reads a provider's whole answer from `test/fixtures/answers`. */
export function goldenBody(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Record<
    string,
    unknown
  >
}

/** Reads the bytes of a provider's streamed answer from `test/fixtures/answers`. */
export function goldenStream(name: string): Buffer {
  return readFileSync(new URL(`${name}.sse`, FOLDER))
}
