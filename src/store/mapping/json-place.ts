/** Keys and places in lists that lead to a value. */
export type JsonPath = readonly (string | number)[]

export interface JsonPlace {
  readonly key: number
  readonly start: number
  /** Of the last character of an object or list; of another value that of its start. */
  readonly end: number
}

/** Line and column, counted from 1, as `line:column`. */
export function lineAndColumn(text: string, place: number): string {
  const before = text.slice(0, place)
  const lastBreak = before.lastIndexOf('\n')
  const lines = before.split('\n').length
  return `${lines}:${Buffer.byteLength(before.slice(lastBreak + 1)) + 1}`
}

const TOKEN = /[{}[\]:,"]|[^\s{}[\]:,"]+/g

/** Tokens of a JSON text with their places; a string is one, however long. */
function* tokensOf(text: string): Generator<{ readonly token: string; readonly index: number }> {
  const pattern = new RegExp(TOKEN)
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { 0: token, index } = found
    if (token !== '"') {
      yield { token, index }
      continue
    }
    let end = index + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    pattern.lastIndex = end + 1
    yield { token: text.slice(index, end + 1), index }
  }
}

interface Level {
  readonly isList: boolean
  key: string | number
  keyPlace: number
  expectsKey: boolean
}

/**
 * Finds where the value at `path` stands in a JSON text that is well-formed. With several keys of
 * one name it is the last one, which counts.
 */
export function findPlace(text: string, path: JsonPath): JsonPlace | undefined {
  const levels: Level[] = []
  let found: { key: number; start: number; end: number } | undefined
  let openDepth = -1
  for (const { token, index } of tokensOf(text)) {
    const level = levels.at(-1)
    if (token === '}' || token === ']') {
      levels.pop()
      if (found !== undefined && levels.length === openDepth) {
        found.end = index
        openDepth = -1
      }
    } else if (token === ',') {
      if (level?.isList === true) level.key = Number(level.key) + 1
      else if (level !== undefined) level.expectsKey = true
    } else if (token === ':') {
      if (level !== undefined) level.expectsKey = false
    } else if (level?.expectsKey === true) {
      level.key = JSON.parse(token) as string
      level.keyPlace = index
    } else {
      if (isAt(levels, path)) {
        found = { key: level?.keyPlace ?? index, start: index, end: index }
        openDepth = levels.length
      }
      if (token === '{') levels.push({ isList: false, key: '', keyPlace: index, expectsKey: true })
      else if (token === '[') {
        levels.push({ isList: true, key: 0, keyPlace: index, expectsKey: false })
      }
    }
  }
  return found
}

function isAt(levels: readonly Level[], path: JsonPath): boolean {
  return levels.length === path.length && levels.every(({ key }, depth) => key === path[depth])
}
