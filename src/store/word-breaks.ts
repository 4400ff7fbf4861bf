/** Part of a text: a word, or (`run`) characters of a script that is written without blanks. */
export interface Span {
  start: number
  end: number
  run: boolean
}

const OTHER = 0
const LETTER = 1
const DIGIT = 2
/** Combining marks and format characters: belong to the character before them. */
const EXTEND = 3
/** Scripts written without blanks between words: indexed by pairs of characters. */
const RUN = 4
/** `_` and its like: joins letters and digits on both sides. */
const JOINER = 5
/** Joins two letters: `:` and the middle dot. */
const MID_LETTER = 6
/** Joins two digits: `,` `;`. */
const MID_DIGIT = 7
/** Joins two letters or two digits: `.` and the apostrophes. */
const MID_ANY = 8
/** Pictures: each one is a word. */
const PICTURE = 9
/** First half of a character beyond the basic plane: its class is that of the whole character. */
const SURROGATE = 10
const UNKNOWN = 255

const RUN_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]/u
const MID_LETTERS = ':\u00b7\u0387\u05f4\u2027\ufe13\ufe55\uff1a'
const MID_DIGITS =
  ',;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b'
const MID_BOTH = ".'\u2018\u2019\u2024\ufe52\uff07\uff0e"

/** Class of every UTF-16 unit, found out when it is first met. */
const classes = new Uint8Array(0x10000).fill(UNKNOWN).fill(SURROGATE, 0xd800, 0xdc00)

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  if (MID_LETTERS.includes(character)) return MID_LETTER
  if (MID_DIGITS.includes(character)) return MID_DIGIT
  if (MID_BOTH.includes(character)) return MID_ANY
  if (/\p{Pc}/u.test(character)) return JOINER
  if (/\p{Nd}/u.test(character)) return DIGIT
  // A zero-width space does part words; the other format characters stand inside of them.
  if (/\p{M}|\u00ad|\u200c|\u200d|\u2060/u.test(character)) {
    return RUN_SCRIPTS.test(character) ? RUN : EXTEND
  }
  if (RUN_SCRIPTS.test(character)) return RUN
  if (/[\p{Alphabetic}\p{No}]/u.test(character)) return LETTER
  if (/\p{Extended_Pictographic}/u.test(character)) return PICTURE
  return OTHER
}

/** The UTF-16 units of a text: a plain array of numbers is far faster to walk than a string. */
export interface Units {
  readonly values: Uint16Array
  readonly length: number
}

const FIRST_UNITS = 4096
let memory = new Uint16Array(FIRST_UNITS)
let bytes = Buffer.from(memory.buffer)

/** Returns the units of `text`, valid until the next call. */
export function unitsOf(text: string): Units {
  if (text.length > memory.length) {
    memory = new Uint16Array(text.length * 2)
    bytes = Buffer.from(memory.buffer)
  }
  bytes.write(text, 0, 'utf16le')
  return { values: memory, length: text.length }
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function codePointAt({ values, length }: Units, place: number): number {
  const lead = values[place]!
  const trail = place + 1 < length ? values[place + 1]! : 0
  const isPair = isLead(lead) && trail >= 0xdc00 && trail < 0xe000
  return isPair ? ((lead - 0xd800) << 10) + (trail - 0xdc00) + 0x10000 : lead
}

function classAt(units: Units, place: number): number {
  const unit = units.values[place]!
  const known = classes[unit]!
  if (known < SURROGATE) return known
  if (known === SURROGATE) return classify(codePointAt(units, place))
  const found = classify(unit)
  classes[unit] = found
  return found
}

/** Tells whether the character is of a script that is written without blanks. */
export function isRunCharacter(codePoint: number): boolean {
  const known = classes[codePoint] ?? SURROGATE
  if (known < SURROGATE) return known === RUN
  const found = classify(codePoint)
  if (known === UNKNOWN) classes[codePoint] = found
  return found === RUN
}

/** Place of the character after the one at `place`. */
export function after(units: Units, place: number): number {
  return codePointAt(units, place) > 0xffff ? place + 2 : place + 1
}

/**
 * Moves `span` to the next word or run at or after `span.end`. Returns false at the end of the
 * text. The rules are those of UAX #29, as far as texts of calls need them.
 */
export function nextSpan(units: Units, span: Span): boolean {
  let place = span.end
  while (place < units.length) {
    const kind = classAt(units, place)
    if (kind === LETTER || kind === DIGIT || kind === JOINER) {
      const end = wordEnd(units, place, kind)
      if (end > 0) return set(span, place, end, false)
      place = -end
    } else if (kind === RUN) {
      return set(span, place, runEnd(units, place), true)
    } else if (kind === PICTURE) {
      return set(span, place, after(units, place), false)
    } else {
      place = after(units, place)
    }
  }
  return false
}

function set(span: Span, start: number, end: number, run: boolean): true {
  span.start = start
  span.end = end
  span.run = run
  return true
}

function runEnd(units: Units, start: number): number {
  let place = start
  while (place < units.length && classAt(units, place) === RUN) place = after(units, place)
  return place
}

/** End of the word that begins at `start`; negative when it consists of joiners alone. */
function wordEnd(units: Units, start: number, first: number): number {
  const { values, length } = units
  let place = after(units, start)
  let last = first
  let solid = first !== JOINER
  while (place < length) {
    // Most of a text are letters of the basic plane: a loop of their own.
    while (place < length && classes[values[place]!] === LETTER) {
      last = LETTER
      solid = true
      place++
    }
    if (place >= length) break
    const kind = classAt(units, place)
    if (kind === LETTER || kind === DIGIT || kind === JOINER) {
      if (kind !== JOINER) solid = true
      last = kind
      place = after(units, place)
    } else if (kind === EXTEND) {
      place = after(units, place)
    } else if (joins(kind, last) && place + 1 < length && classAt(units, place + 1) === last) {
      place += 1
    } else {
      break
    }
  }
  return solid ? place : -place
}

/** Tells whether a mark of class `kind` joins two characters of class `side`. */
function joins(kind: number, side: number): boolean {
  if (kind === MID_ANY) return side === LETTER || side === DIGIT
  if (kind === MID_LETTER) return side === LETTER
  return kind === MID_DIGIT && side === DIGIT
}
