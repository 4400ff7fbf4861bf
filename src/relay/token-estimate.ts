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

/** Estimates the prompt of a chat request from the text of its messages. */
export function estimatePromptTokens(body: Buffer): number {
  const count: CharacterCount = { narrow: 0, wide: 0 }
  const { messages } = JSON.parse(body.toString()) as { readonly messages?: unknown }
  countTexts(messages, count)
  return estimateTokens(count)
}

/** Counts strings under `content`, `text` and `arguments`; image data and names are no prompt text. */
function countTexts(value: unknown, count: CharacterCount): void {
  if (Array.isArray(value)) {
    for (const item of value) countTexts(item, count)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      if (typeof item !== 'string') countTexts(item, count)
      else if (name === 'content' || name === 'text' || name === 'arguments') {
        countCharacters(item, count)
      }
    }
  }
}
