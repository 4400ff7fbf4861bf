import { nextSpan, type Span, unitsOf } from '../word-breaks.ts'
import type { StreamToken, Tokenizer } from './token-stream.ts'

const IDEOGRAPHIC = /[\p{Script=Han}\u3007]/u
const HIRAGANA = /\p{Script=Hiragana}/u
const KATAKANA = /[\p{Script=Katakana}\u30fc\uff9e\uff9f]/u
/** Voice marks of half-width katakana: part of the run that they stand in. */
const VOICE_MARKS = /[\uff9e\uff9f]/g
const HANGUL = /^\p{Script=Hangul}/u
const NUMBER = /^\p{Nd}[\p{Nd}.,;'_]*$/u
const PICTURE = /^\p{Extended_Pictographic}/u

/**
 * Words by Unicode's rules (UAX #29) as Elasticsearch's `standard` tokenizer cuts them: single
 * ideographs and hiragana, whole runs of katakana, Thai and its neighbours. A word longer than
 * `maxLength` is cut into pieces.
 */
export function standardTokenizer(maxLength: number): Tokenizer {
  return (text) => {
    const tokens: StreamToken[] = []
    const units = unitsOf(text.replace(VOICE_MARKS, '\u30fc'))
    const span: Span = { start: 0, end: 0, run: false }
    while (nextSpan(units, span)) {
      if (span.run) {
        addRun(tokens, text.slice(span.start, span.end), span.start, maxLength)
        continue
      }
      // the next word begins where the piece ends
      span.end = pieceEnd(text, span.start, span.end, maxLength)
      const word = text.slice(span.start, span.end)
      tokens.push({ text: word, start: span.start, end: span.end, type: wordType(word), step: 1 })
    }
    return tokens
  }
}

function wordType(word: string): string {
  if (NUMBER.test(word)) return '<NUM>'
  if (HANGUL.test(word)) return '<HANGUL>'
  return PICTURE.test(word) ? '<EMOJI>' : '<ALPHANUM>'
}

/** Adds a token, cut into pieces of at most `maxLength` units; surrogates stay together. */
export function addPieces(
  tokens: StreamToken[],
  word: string,
  start: number,
  type: string,
  maxLength: number,
): void {
  for (let place = 0; place < word.length; ) {
    const end = pieceEnd(word, place, word.length, maxLength)
    const text = word.slice(place, end)
    tokens.push({ text, start: start + place, end: start + end, type, step: 1 })
    place = end
  }
}

function pieceEnd(text: string, start: number, end: number, maxLength: number): number {
  if (end - start <= maxLength) return end
  const cut = start + maxLength
  const last = text.charCodeAt(cut - 1)
  const isHalf = last >= 0xd800 && last < 0xdc00
  return isHalf ? cut + (maxLength > 1 ? -1 : 1) : cut
}

function addRun(tokens: StreamToken[], run: string, start: number, maxLength: number): void {
  let place = 0
  let open = ''
  let openType = ''
  const close = () => {
    if (open !== '') addPieces(tokens, open, start + place - open.length, openType, maxLength)
    open = ''
  }
  for (const character of run) {
    const type = runType(character)
    const isAlone = type === '<IDEOGRAPHIC>' || type === '<HIRAGANA>'
    if (type === '' && open !== '') open += character
    else if (type === openType && !isAlone) open += character
    else {
      close()
      open = character
      openType = type === '' ? '<IDEOGRAPHIC>' : type
    }
    place += character.length
  }
  close()
}

/** Empty for a mark, which belongs to the character before it. */
function runType(character: string): string {
  if (IDEOGRAPHIC.test(character)) return '<IDEOGRAPHIC>'
  if (HIRAGANA.test(character)) return '<HIRAGANA>'
  if (KATAKANA.test(character)) return '<KATAKANA>'
  return /\p{M}/u.test(character) && !/[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/.test(character)
    ? ''
    : '<SOUTHEAST_ASIAN>'
}
