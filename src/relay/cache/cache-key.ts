import { createHash, type Hash } from 'node:crypto'

/**
 * Makes the key under which an answer is kept: SHA-256 over who asks (`tenant`: a team, or a key
 * without one), where, for which model and what. JSON bodies are the same whatever the order of
 * their members; other bodies are compared as bytes. `variant` names what else decides about the
 * answer: the form of a stream, beta headers.
 */
export function cacheKey(
  tenant: string,
  endpoint: string,
  model: string,
  body: unknown,
  variant = '',
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([tenant, endpoint, model, variant]))
  if (body instanceof Uint8Array) hash.update('\nbytes\n').update(body)
  else {
    hash.update('\njson\n')
    hashJson(hash, body)
  }
  return hash.digest('hex')
}

/** An object or array that is being written: its members, and how far it is. */
interface Level {
  readonly value: object
  /** The members' names in order; undefined for arrays. */
  readonly names: readonly string[] | undefined
  readonly length: number
  next: number
}

/** Text is handed to the hash in pieces of about this many characters. */
const PIECE_CHARACTERS = 16_384

/** Writes canonical JSON, without recursion: callers decide how deep their bodies are. */
function hashJson(hash: Hash, body: unknown): void {
  let text = ''
  const levels: Level[] = []
  const begin = (value: unknown) => {
    const level = levelOf(value)
    if (level === undefined) text += JSON.stringify(value)
    else {
      text += level.names === undefined ? '[' : '{'
      levels.push(level)
    }
  }
  begin(body)
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    if (text.length > PIECE_CHARACTERS) {
      hash.update(text)
      text = ''
    }
    if (level.next === level.length) {
      text += level.names === undefined ? ']' : '}'
      levels.pop()
    } else {
      if (level.next > 0) text += ','
      begin(nextMember(level, (name) => (text += `${JSON.stringify(name)}:`)))
    }
  }
  hash.update(text)
}

function levelOf(value: unknown): Level | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return { value, names: undefined, length: value.length, next: 0 }
  const names = Object.keys(value).sort((one, other) => (one < other ? -1 : 1))
  return { value, names, length: names.length, next: 0 }
}

function nextMember(level: Level, onName: (name: string) => void): unknown {
  const place = level.next++
  if (level.names === undefined) return (level.value as readonly unknown[])[place]
  const name = level.names[place] ?? ''
  onName(name)
  return (level.value as Readonly<Record<string, unknown>>)[name]
}
