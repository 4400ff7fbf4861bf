import { illegalArgument } from '../search-failure.ts'
import type { StreamToken, TokenFilter } from './token-stream.ts'

/** Full-width ASCII becomes ASCII, half-width katakana becomes katakana. */
export function widthUnified(text: string): string {
  return text.replace(/[\uff01-\uff5e]|[\uff65-\uff9f]+/g, (piece) => piece.normalize('NFKC'))
}

const SCRIPTS: Readonly<Record<string, string>> = {
  han: '<IDEOGRAPHIC>',
  hiragana: '<HIRAGANA>',
  katakana: '<KATAKANA>',
  hangul: '<HANGUL>',
}

/** Makes pairs of neighbouring characters of Chinese, Japanese and Korean. */
export function cjkBigrams(ignored: readonly string[], withSingles: boolean): TokenFilter {
  const types = new Set(Object.values(SCRIPTS))
  for (const script of ignored) {
    const type = Object.hasOwn(SCRIPTS, script) ? SCRIPTS[script] : undefined
    if (type === undefined) throw illegalArgument(`Unknown script [${script}]`)
    types.delete(type)
  }
  return (tokens) => {
    const made: StreamToken[] = []
    let run: StreamToken[] = []
    const close = () => {
      made.push(...pairs(run, withSingles))
      run = []
    }
    for (const token of tokens) {
      if (!types.has(token.type)) {
        close()
        made.push(token)
        continue
      }
      if (run.length > 0 && (run.at(-1)!.end !== token.start || token.step > 1)) close()
      run.push(...characters(token))
    }
    close()
    return made
  }
}

function characters(token: StreamToken): readonly StreamToken[] {
  // a text whose length was changed has no places for its characters
  const isWhole = token.text.length !== token.end - token.start
  let place = token.start
  return [...token.text].map((text, number) => {
    const start = place
    place += text.length
    const step = number === 0 ? token.step : 1
    return isWhole ? { ...token, text, step } : { ...token, text, start, end: place, step }
  })
}

function pairs(run: readonly StreamToken[], withSingles: boolean): readonly StreamToken[] {
  if (run.length === 1) return [{ ...run[0]!, type: '<SINGLE>' }]
  return run.flatMap((token, place) => {
    const next = run[place + 1]
    const single = withSingles ? [{ ...token, type: '<SINGLE>' }] : []
    if (next === undefined) return single
    const pair = { ...token, text: token.text + next.text, end: next.end, type: '<DOUBLE>' }
    return [...single, withSingles ? { ...pair, step: 0 } : pair]
  })
}
