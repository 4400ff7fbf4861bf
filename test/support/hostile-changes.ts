import type { RequestTemplate } from './hostile-templates.ts'
import type { WireRequest } from './hostile-wire.ts'

/** A place of a request that holds a text. */
interface TextPlace {
  /** Where it is, for a person. */
  readonly name: string
  readonly put: (text: string) => WireRequest
}

type JsonPath = readonly (string | number)[]

/** The request as it stands. */
export function wireOf({ method, path, body, lines }: RequestTemplate): WireRequest {
  const text = lines === undefined ? body && JSON.stringify(body) : linesOf(lines)
  return { method, path, ...(text !== undefined && { body: text }) }
}

/** Every place of a request where a text stands: parts of its path, parameters, names, values. */
export function textPlaces(template: RequestTemplate): readonly TextPlace[] {
  const { method, path, body, lines } = template
  const sent = wireOf(template)
  const inBody = lines ?? body
  const ofPath = pathPlaces(path).map(({ name, put }) => ({
    name: `${method} ${path} ${name}`,
    put: (text: string) => ({ ...sent, path: put(encoded(text)) }),
  }))
  if (inBody === undefined) return ofPath
  const ofBody = [...jsonPlaces(inBody)].map(({ at, isName }) => ({
    name: `${method} ${path} ${JSON.stringify(at)}${isName ? ' name' : ''}`,
    put(text: string) {
      const changed = isName ? renamed(inBody, at, text) : replaced(inBody, at, text)
      return { ...sent, body: lines ? linesOf(changed as object[]) : JSON.stringify(changed) }
    },
  }))
  return [...ofPath, ...ofBody]
}

function linesOf(lines: readonly object[]): string {
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}

/** A request line that is longer is refused before anybody reads it. */
const MAX_PATH_TEXT = 3_000

/** As `encodeURIComponent`, also for halves of characters. */
function encoded(text: string): string {
  return [...Buffer.from(text.slice(0, MAX_PATH_TEXT))]
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('')
}

function pathPlaces(whole: string) {
  const [path = '', query] = whole.split('?')
  const segments = path.split('/')
  const ofSegments = segments.flatMap((segment, place) => {
    if (segment === '' || segment.startsWith('_')) return []
    const put = (text: string) =>
      segments.with(place, text).join('/') + (query === undefined ? '' : `?${query}`)
    return [{ name: `segment ${place}`, put }]
  })
  const parameters = query?.split('&') ?? []
  const ofParameters = parameters.map((parameter, place) => {
    const [name = ''] = parameter.split('=')
    const put = (text: string) => `${path}?${parameters.with(place, `${name}=${text}`).join('&')}`
    return { name: `parameter ${name}`, put }
  })
  return [...ofSegments, ...ofParameters]
}

/** Every place of a text in JSON: names too. */
function* jsonPlaces(
  value: unknown,
  at: JsonPath = [],
): Iterable<{ readonly at: JsonPath; readonly isName: boolean }> {
  if (typeof value === 'string') yield { at, isName: false }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const isList = Array.isArray(value)
    const inside = [...at, isList ? Number(key) : key]
    if (!isList) yield { at: inside, isName: true }
    yield* jsonPlaces(inner, inside)
  }
}

/** A copy with another value at a place. */
export function replaced(value: unknown, [key, ...rest]: JsonPath, by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by))
  const entries = Object.entries(value as object)
  return fromEntries(
    entries.map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner]),
  )
}

/** A copy in which a key has another name. */
function renamed(value: unknown, at: JsonPath, name: string): unknown {
  const key = at.at(-1)
  const holder = at.slice(0, -1)
  const object = holder.reduce<unknown>((inner, part) => (inner as never)[part], value) as object
  const entries = Object.entries(object).map(
    ([own, inner]) => [own === key ? name : own, inner] as const,
  )
  return replaced(value, holder, fromEntries(entries))
}

/** An object with these keys, `__proto__` among them too. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  const object: object = {}
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true })
  }
  return object
}
