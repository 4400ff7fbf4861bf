/** Deeper JSON exhausts the stack of whoever goes down into it; Elasticsearch's limit. */
const MAX_DEPTH = 1_000
/** Each value takes tens of bytes once it is parsed, however short it is written. */
const MAX_VALUES = 2_000_000

/** Shorter texts can hold neither. */
const SHORT_LENGTH = 2 * MAX_DEPTH

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Why a text that may be JSON must not be parsed: it is nested too deeply, or holds so many values
 * that they would not fit into memory. Undefined when it may.
 */
export function jsonExcess(text: string): string | undefined {
  if (text.length <= SHORT_LENGTH) return undefined
  let depth = 0
  let values = 0
  for (let place = 0; place < text.length; place++) {
    switch (text.charCodeAt(place)) {
      case QUOTE:
        place = endOfString(text, place)
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        values++
        if (++depth > MAX_DEPTH) {
          return `nesting depth (${depth}) exceeds the maximum allowed (${MAX_DEPTH})`
        }
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--
        break
      case COMMA:
        values++
        break
    }
    if (values > MAX_VALUES) return `holds more values than allowed (${MAX_VALUES})`
  }
  return undefined
}

/** Place of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, quote: number): boolean {
  let place = quote - 1
  while (text.charCodeAt(place) === BACKSLASH) place--
  return (quote - place) % 2 === 0
}
