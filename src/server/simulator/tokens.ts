/** About four characters are a token. */
export const CHARACTERS_PER_TOKEN = 4

/** What OpenAI counts for a small picture. */
const TOKENS_PER_IMAGE = 85

/** Fields of a request that hold what the model reads. */
const PROMPT_FIELDS = [
  'system',
  'instructions',
  'systemInstruction',
  'messages',
  'input',
  'contents',
  'content',
  'prompt',
  'tools',
] as const

/** Fields inside of them that name or carry things, but are not read as words. */
const NO_WORDS: ReadonlySet<string> = new Set([
  ...['type', 'role', 'id', 'tool_call_id', 'tool_use_id', 'call_id', 'signature'],
  ...['data', 'url', 'image_url', 'file_data', 'media_type', 'mimeType', 'thoughtSignature'],
])

const DEEPEST = 32

/** Tokens of a text, at least one. */
export function textTokens(text: string): number {
  return Math.max(1, Math.ceil(text.length / CHARACTERS_PER_TOKEN))
}

/** Tokens of the prompt of any protocol's request. */
export function promptTokens(body: Readonly<Record<string, unknown>>): number {
  const prompt = PROMPT_FIELDS.map((field) => body[field])
  const characters = prompt.reduce<number>((sum, part) => sum + charactersIn(part, 0), 0)
  const words = Math.max(1, Math.ceil(characters / CHARACTERS_PER_TOKEN))
  return words + imagesIn(prompt) * TOKENS_PER_IMAGE
}

/** Counts the pictures in messages of any protocol. */
export function imagesIn(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return 0
  if (isImage(value as Readonly<Record<string, unknown>>)) return 1
  return Object.values(value).reduce<number>((sum, each) => sum + imagesIn(each, depth + 1), 0)
}

function isImage(part: Readonly<Record<string, unknown>>): boolean {
  if (part.type === 'image_url' || part.type === 'input_image' || part.type === 'image') return true
  const blob = part.inlineData ?? part.fileData
  if (typeof blob !== 'object' || blob === null) return false
  return String((blob as { mimeType?: unknown }).mimeType).startsWith('image/')
}

function charactersIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return 0
  return Object.entries(value).reduce(
    (sum, [name, each]) => (NO_WORDS.has(name) ? sum : sum + charactersIn(each, depth + 1)),
    0,
  )
}
