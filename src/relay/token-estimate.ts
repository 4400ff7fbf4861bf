/** Characters of a text by how many of them make a token. */
export interface CharacterCount {
  narrow: number
  wide: number
}

const NARROW_PER_TOKEN = 4
const WIDE_PER_TOKEN = 1.5

/** Adds the characters of `text`; Chinese, Japanese and Korean ones count as wide. */
export function countCharacters(text: string, count: CharacterCount): void {
  for (let place = 0; place < text.length; place++) {
    if (isWide(text.charCodeAt(place))) count.wide++
    else count.narrow++
  }
}

/** From CJK radicals to Hangul, and full-width forms. */
function isWide(code: number): boolean {
  return (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xfaff) || code >= 0xff00
}

/** Tokens by rule of thumb: 4 Latin or 1.5 wide characters each. Good to about a fifth. */
export function estimateTokens({ narrow, wide }: CharacterCount): number {
  return Math.ceil(narrow / NARROW_PER_TOKEN + wide / WIDE_PER_TOKEN)
}

/** Names of members whose strings are words of a prompt, in any of the protocols. */
const PROMPT_NAMES: ReadonlySet<string> = new Set([
  'content',
  'text',
  'arguments',
  'prompt',
  'input',
  'instructions',
  'system',
])

/** Deeper than any prompt; hostile nesting ends here. */
const DEEPEST = 64

/** Estimates the prompt of a request from its words; image data and names are no prompt text. */
export function estimatePromptTokens(
  request: Readonly<Record<string, unknown>> | undefined,
): number {
  const count: CharacterCount = { narrow: 0, wide: 0 }
  countTexts(request, false, 0, count)
  return estimateTokens(count)
}

function countTexts(value: unknown, isText: boolean, depth: number, count: CharacterCount): void {
  if (typeof value === 'string') {
    if (isText) countCharacters(value, count)
  } else if (typeof value !== 'object' || value === null || depth > DEEPEST) return
  else if (Array.isArray(value)) {
    for (const item of value) countTexts(item, isText, depth + 1, count)
  } else {
    for (const [name, item] of Object.entries(value)) {
      countTexts(item, PROMPT_NAMES.has(name), depth + 1, count)
    }
  }
}

/** A string of this length without a space in it is no text but an image or another file. */
const DATA_BYTES = 4 * 1024
const LOOKED_AT_BYTES = 256

/** What a file in a prompt is taken for; images are between 85 and 2,000 tokens. */
const TOKENS_PER_FILE = 1_000

const QUOTE = 0x22
const SPACE = 0x20

/** Estimates the prompt of a request by its size, files in it apart, without parsing it. */
export function estimateRequestTokens(body: Buffer): number {
  let files = 0
  let fileBytes = 0
  for (let from = 0; body.length - from > DATA_BYTES; ) {
    const quote = body.indexOf(QUOTE, from)
    const end = quote === -1 ? body.length : quote
    if (end - from > DATA_BYTES && !hasSpace(body, from)) {
      files++
      fileBytes += end - from
    }
    from = end + 1
  }
  return Math.ceil((body.length - fileBytes) / NARROW_PER_TOKEN) + files * TOKENS_PER_FILE
}

function hasSpace(body: Buffer, from: number): boolean {
  return body.subarray(from, from + LOOKED_AT_BYTES).includes(SPACE)
}
