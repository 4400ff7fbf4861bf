import { decodeName } from './endpoints.ts'

/** What the relay reads of a query, and what goes on to a provider of the same protocol. */
export interface CallerQuery {
  /** Gemini's `?key=`. */
  readonly key: string | undefined
  /** Whether the caller wants a stream as server-sent events (Gemini's `alt=sse`). */
  readonly asEvents: boolean
  /** The parameters that are sent on, as they came. */
  readonly rest: string
}

/** Anthropic's SDK marks its beta endpoints; other parameters may be anything, keys too. */
const SENT_ON = 'beta='

const NO_QUERY: CallerQuery = { key: undefined, asEvents: false, rest: '' }

/** Takes the query of a request's address apart. */
export function readQuery(url: string): CallerQuery {
  const mark = url.indexOf('?')
  if (mark === -1) return NO_QUERY
  const parameters = url.slice(mark + 1).split('&')
  const key = parameters.find((each) => each.startsWith('key='))
  return {
    key: key && decodeName(key.slice(4)),
    asEvents: parameters.some((each) => each === 'alt=sse' || each === '$alt=sse'),
    rest: parameters.filter((each) => each.startsWith(SENT_ON)).join('&'),
  }
}
