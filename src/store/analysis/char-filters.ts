import { illegalArgument } from '../search-failure.ts'
import type { ComponentOptions } from './component-options.ts'
import { decodeEntity } from './html-entities.ts'
import { patternOption } from './pattern-option.ts'
import { type CharFilter, TextChange } from './token-stream.ts'

type Make = (options: ComponentOptions) => CharFilter

/** Char filters by type. */
export const CHAR_FILTERS: Readonly<Record<string, Make>> = {
  html_strip: htmlStrip,
  mapping: mappingFilter,
  pattern_replace: patternReplace,
}

const BLOCKS =
  /^(?:address|article|aside|blockquote|body|br|center|dd|dir|div|dl|dt|fieldset|footer|form|h[1-6]|head|header|hr|html|isindex|li|link|main|map|menu|meta|nav|noframes|noscript|ol|optgroup|option|p|pre|script|section|select|style|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul)$/i

/** A tag, a comment, a declaration or an entity; each alternative is linear. */
const MARKUP =
  /<!--|<\/?([A-Za-z][A-Za-z0-9:_-]{0,63})(?=[\s/>])|<[!?]|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?/g

/** Takes tags out (those of blocks become a line break) and entities apart. */
function htmlStrip(options: ComponentOptions): CharFilter {
  options.allow('escaped_tags')
  const kept = new Set((options.list('escaped_tags') ?? []).map((tag) => tag.toLowerCase()))
  return (text) => {
    const change = new TextChange()
    const closings = new Closings(text)
    let place = 0
    for (const found of text.matchAll(MARKUP)) {
      if (found.index < place) continue
      const [whole, tag] = found
      if (tag !== undefined && kept.has(tag.toLowerCase())) continue
      const made = whole.startsWith('&')
        ? { text: decodeEntity(whole), end: found.index + whole.length }
        : markupAt(found.index, whole, tag, closings)
      if (made?.text === undefined) continue
      change.keep(text.slice(place, found.index), place)
      change.replace(made.text, found.index, made.end)
      place = made.end
    }
    change.keep(text.slice(place), place)
    return change.done()
  }
}

/** Finds ends of markup; what was looked for once is not looked for again. */
class Closings {
  readonly #text: string
  readonly #known = new Map<string, number>()

  constructor(text: string) {
    this.#text = text
  }

  /** Place after the next `closing` (in lower case) at or after `from`; below 0 when there is none. */
  after(closing: string, from: number): number {
    const known = this.#known.get(closing)
    if (known !== undefined && (known < 0 || known >= from + closing.length)) return known
    const pattern = new RegExp(closing, 'gi')
    pattern.lastIndex = from
    const found = pattern.test(this.#text) ? pattern.lastIndex : -1
    this.#known.set(closing, found)
    return found
  }
}

function markupAt(
  start: number,
  opening: string,
  tag: string | undefined,
  closings: Closings,
): { readonly text: string; readonly end: number } | undefined {
  let end = closings.after(opening === '<!--' ? '-->' : '>', start)
  if (end < 0) return undefined
  if (tag !== undefined && /^<(?:script|style)$/i.test(opening)) {
    // what stands inside is no text
    const last = closings.after(`</${tag.toLowerCase()}`, end)
    end = Math.max(end, last < 0 ? end : closings.after('>', last))
  }
  return { text: tag !== undefined && BLOCKS.test(tag) ? '\n' : '', end }
}

/** Replaces texts by others: the longest that fits wins. */
function mappingFilter(options: ComponentOptions): CharFilter {
  options.allow('mappings')
  const list = options.list('mappings')
  if (list === undefined) {
    throw illegalArgument('mapping requires either `mappings` or `mappings_path` to be configured')
  }
  const pairs = new Map(list.map((rule) => readRule(rule)))
  const longest = Math.max(...[...pairs.keys()].map(({ length }) => length), 0)
  return (text) => {
    const change = new TextChange()
    let kept = 0
    for (let place = 0; place < text.length; ) {
      const key = longestKey(pairs, text, place, longest)
      if (key === undefined) {
        place++
        continue
      }
      change.keep(text.slice(kept, place), kept)
      change.replace(pairs.get(key) ?? '', place, place + key.length)
      place += key.length
      kept = place
    }
    change.keep(text.slice(kept), kept)
    return change.done()
  }
}

function longestKey(
  pairs: ReadonlyMap<string, string>,
  text: string,
  place: number,
  longest: number,
): string | undefined {
  for (let length = Math.min(longest, text.length - place); length > 0; length--) {
    const key = text.slice(place, place + length)
    if (pairs.has(key)) return key
  }
  return undefined
}

/** Characters that the text to be replaced may have at most. */
const LONGEST_KEY = 256

function readRule(rule: string): readonly [string, string] {
  const arrow = rule.lastIndexOf('=>')
  const key = unescaped(arrow < 0 ? '' : rule.slice(0, arrow).trim())
  if (key === '' || key.length > LONGEST_KEY) {
    throw illegalArgument(`Invalid mapping rule : [${rule}]`)
  }
  return [key, unescaped(rule.slice(arrow + 2).trim())]
}

function unescaped(text: string): string {
  const plain: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex?: string, letter = '') =>
    hex === undefined ? (plain[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** Replaces what a pattern finds; `$1` stands for its groups. */
function patternReplace(options: ComponentOptions): CharFilter {
  options.allow('pattern', 'replacement', 'flags')
  const pattern = patternOption(options)
  const replacement = options.text('replacement') ?? ''
  if (/\$\{/.test(replacement)) {
    throw illegalArgument(`[replacement] with named groups is not supported`)
  }
  return (text) => {
    const change = new TextChange()
    let place = 0
    for (const match of pattern.matches(text)) {
      const [start, end] = match[0]!
      change.keep(text.slice(place, start), place)
      const made = replacement.replace(/\\(.)|\$(\d)/gs, (_, plain?: string, group?: string) => {
        const span = group === undefined ? undefined : match[Number(group)]
        return plain ?? (span === undefined ? '' : text.slice(...span))
      })
      change.replace(made, start, end)
      place = end
    }
    change.keep(text.slice(place), place)
    return change.done()
  }
}
