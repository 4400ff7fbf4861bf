import { type KqlToken, scanKql } from './kql-tokens.ts'

/** What could be written at a place of a KQL text; `from` and `to` are UTF-16 units. */
export type KqlExpectation =
  /** A field whose name begins with `prefix`; within `nestedPath`, the part behind that path. */
  | {
      readonly kind: 'field'
      readonly prefix: string
      readonly nestedPath: string | undefined
      readonly from: number
      readonly to: number
    }
  /** `:`, `<`, `<=`, `>` or `>=` behind the field. */
  | {
      readonly kind: 'operator'
      readonly field: string
      readonly from: number
      readonly to: number
    }
  /** A value of the field that begins with `prefix`, quotes and escapes taken out. */
  | {
      readonly kind: 'value'
      readonly field: string
      readonly prefix: string
      readonly from: number
      readonly to: number
    }
  /** `and` or `or`. */
  | { readonly kind: 'conjunction'; readonly from: number; readonly to: number }

/** Where reading stands: what was read last of a clause. */
type State =
  | { readonly kind: 'start' }
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'value'; readonly field: string }
  | { readonly kind: 'closed' }

interface Frame {
  /** Field whose values the group lists. */
  readonly field: string | undefined
  readonly path: string | undefined
}

const START: State = { kind: 'start' }
const OUTSIDE: Frame = { field: undefined, path: undefined }

/**
 * Tells what is expected at the cursor of a text that may be unfinished or wrong, likeliest first,
 * with the part of the text that it would replace. `cursor` counts UTF-16 units.
 */
export function kqlCompletion(text: string, cursor: number): readonly KqlExpectation[] {
  const frames: Frame[] = [OUTSIDE]
  let state: State = START
  let current: KqlToken | undefined
  for (const token of scanKql(text)) {
    if (token.from >= cursor) break
    if (holdsCursor(token, cursor)) {
      current = token
      break
    }
    state = after(token, state, frames)
  }
  const frame = frames.at(-1) ?? OUTSIDE
  return current === undefined
    ? betweenWords(state, frame, cursor)
    : withinWord(current, { state, frame, cursor })
}

function holdsCursor({ kind, to, isClosed }: KqlToken, cursor: number): boolean {
  if (kind !== 'word' && kind !== 'keyword') return false
  return isClosed ? to > cursor : to >= cursor
}

function betweenWords(state: State, frame: Frame, cursor: number): readonly KqlExpectation[] {
  const place = { from: cursor, to: cursor }
  switch (state.kind) {
    case 'start':
      return [wanted(frame, '', place)]
    case 'words':
      return [
        { kind: 'operator', field: inPath(frame, state.text), ...place },
        { kind: 'conjunction', ...place },
      ]
    case 'field':
      return [{ kind: 'value', field: state.field, prefix: '', ...place }]
    case 'value':
    case 'closed':
      return [{ kind: 'conjunction', ...place }]
    default:
      return state satisfies never
  }
}

function withinWord(
  token: KqlToken,
  at: { readonly state: State; readonly frame: Frame; readonly cursor: number },
): readonly KqlExpectation[] {
  const { state, frame, cursor } = at
  const place = { from: token.from, to: token.to }
  const prefix = token.textBefore(cursor)
  switch (state.kind) {
    case 'start':
      return [wanted(frame, prefix, place)]
    case 'field':
      return [{ kind: 'value', field: state.field, prefix, ...place }]
    case 'words':
    case 'value':
    case 'closed':
      return [{ kind: 'conjunction', ...place }]
    default:
      return state satisfies never
  }
}

/** At the beginning of a clause: a value in a list of values, else a field. */
function wanted(
  { field, path }: Frame,
  prefix: string,
  place: { readonly from: number; readonly to: number },
): KqlExpectation {
  return field === undefined
    ? { kind: 'field', prefix, nestedPath: path, ...place }
    : { kind: 'value', field, prefix, ...place }
}

/** Goes on by one token; opens and closes `frames`. */
function after(token: KqlToken, state: State, frames: Frame[]): State {
  const frame = frames.at(-1) ?? OUTSIDE
  switch (token.kind) {
    case 'word':
      return afterWord(token, state, frame)
    case 'operator':
      return state.kind === 'words' ? { kind: 'field', field: inPath(frame, state.text) } : state
    case 'keyword':
      return START
    case 'open':
      frames.push(opened(token.text, state, frame))
      return START
    case 'close':
      if (frames.length > 1) frames.pop()
      return { kind: 'closed' }
    default:
      return token.kind satisfies never
  }
}

function afterWord(token: KqlToken, state: State, frame: Frame): State {
  const text = token.textBefore(token.to)
  switch (state.kind) {
    case 'start':
      return frame.field === undefined
        ? { kind: 'words', text }
        : { kind: 'value', field: frame.field }
    case 'words':
      return { kind: 'words', text: `${state.text} ${text}` }
    case 'field':
      return { kind: 'value', field: state.field }
    case 'value':
    case 'closed':
      return state
    default:
      return state satisfies never
  }
}

function opened(bracket: string, state: State, { field, path }: Frame): Frame {
  if (state.kind !== 'field') return { field, path }
  return bracket === '{' ? { field: undefined, path: state.field } : { field: state.field, path }
}

function inPath({ path }: Frame, name: string): string {
  return path === undefined ? name : `${path}.${name}`
}
