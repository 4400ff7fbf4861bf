import {
  isWord,
  PatternError,
  type PatternFlags,
  type PatternNode,
  parsePattern,
} from './pattern-parser.ts'

/** Places of a match and of its groups; undefined where a group took no part. */
export type PatternMatch = readonly (readonly [number, number] | undefined)[]

/** A regular expression whose search takes time in proportion to the text. */
export interface LinearPattern {
  /** Whether the pattern is the whole text. */
  fits(text: string): boolean
  /** Matches from left to right; past some 20 million steps the rest counts as none. */
  matches(text: string): readonly PatternMatch[]
}

type Instruction =
  | { readonly kind: 'one'; readonly test: (codePoint: number) => boolean }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'at'; readonly place: Extract<PatternNode, { kind: 'at' }>['place'] }
  | { readonly kind: 'match' }

const MOST_INSTRUCTIONS = 2_000
const MOST_STEPS = 20_000_000

/** Makes the pattern; a text says why it cannot be. */
export function linearPattern(source: string, flags: PatternFlags = {}): LinearPattern | string {
  try {
    const { node, groups } = parsePattern(source, flags)
    const program: Instruction[] = []
    emit(program, { kind: 'group', node, number: 0 })
    program.push({ kind: 'match' })
    const machine = new Machine(program, groups + 1, flags.multiline === true)
    return {
      fits: (text) => machine.run(text, 0, true) !== undefined,
      matches: (text) => allMatches(machine, text),
    }
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

function allMatches(machine: Machine, text: string): readonly PatternMatch[] {
  const found: PatternMatch[] = []
  machine.begin()
  let place = 0
  while (place <= text.length) {
    const match = machine.run(text, place, false)
    if (match === undefined) break
    found.push(match)
    const [start, end] = match[0]!
    place = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
  }
  return found
}

function emit(program: Instruction[], node: PatternNode): void {
  if (program.length > MOST_INSTRUCTIONS) throw new PatternError('the pattern is too large')
  switch (node.kind) {
    case 'one':
    case 'at':
      program.push(node)
      break
    case 'all':
      for (const part of node.nodes) emit(program, part)
      break
    case 'any':
      emitAlternatives(program, node.nodes)
      break
    case 'group':
      program.push({ kind: 'save', slot: node.number * 2 })
      emit(program, node.node)
      program.push({ kind: 'save', slot: node.number * 2 + 1 })
      break
    case 'repeat':
      emitRepeat(program, node)
      break
    default:
      node satisfies never
  }
}

function emitAlternatives(program: Instruction[], nodes: readonly PatternNode[]): void {
  const jumps: { kind: 'jump'; to: number }[] = []
  for (const [place, node] of nodes.entries()) {
    const isLast = place === nodes.length - 1
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 }
    if (!isLast) program.push(split)
    emit(program, node)
    if (isLast) break
    const jump = { kind: 'jump' as const, to: 0 }
    jumps.push(jump)
    program.push(jump)
    split.second = program.length
  }
  for (const jump of jumps) jump.to = program.length
}

function emitRepeat(
  program: Instruction[],
  { node, min, max, isLazy }: Extract<PatternNode, { kind: 'repeat' }>,
): void {
  for (let count = 0; count < min; count++) emit(program, node)
  const splits: { first: number; second: number }[] = []
  const split = () => {
    const made = { kind: 'split' as const, first: program.length + 1, second: program.length + 1 }
    program.push(made)
    splits.push(made)
  }
  const start = program.length
  if (max === undefined) {
    split()
    emit(program, node)
    program.push({ kind: 'jump', to: start })
  } else {
    for (let count = min; count < max; count++) {
      split()
      emit(program, node)
    }
  }
  for (const each of splits) each[isLazy ? 'first' : 'second'] = program.length
}

interface Thread {
  readonly at: number
  readonly saved: readonly number[]
}

/** Runs all ways through a program side by side, one character after the other (Pike's machine). */
class Machine {
  readonly #program: readonly Instruction[]
  readonly #groups: number
  readonly #isMultiline: boolean
  /** Step at which an instruction was added last. */
  readonly #seen: Float64Array
  #round = 0
  #steps = 0

  constructor(program: readonly Instruction[], groups: number, isMultiline: boolean) {
    this.#program = program
    this.#groups = groups
    this.#isMultiline = isMultiline
    this.#seen = new Float64Array(program.length)
  }

  /** Begins a new text. */
  begin(): void {
    this.#steps = 0
  }

  /** The leftmost match at or after `from`; `whole`: of all that follows. */
  run(text: string, from: number, whole: boolean): PatternMatch | undefined {
    if (whole) this.begin()
    const none = new Array<number>(this.#groups * 2).fill(-1)
    let threads: Thread[] = []
    let found: readonly number[] | undefined
    for (let place = from; place <= text.length; ) {
      const canStart = found === undefined && (!whole || place === from)
      this.#round++
      const live: Thread[] = []
      for (const thread of threads) this.#add(live, thread, text, place)
      if (canStart) this.#add(live, { at: 0, saved: none }, text, place)
      if (live.length === 0 && (found !== undefined || whole)) break
      if (this.#steps > MOST_STEPS) break
      const code = text.codePointAt(place)
      threads = []
      for (const thread of live) {
        const instruction = this.#program[thread.at]!
        if (instruction.kind === 'match') {
          if (whole && place < text.length) continue
          found = thread.saved
          break
        }
        if (instruction.kind === 'one' && code !== undefined && instruction.test(code)) {
          threads.push({ at: thread.at + 1, saved: thread.saved })
        }
      }
      place += code !== undefined && code > 0xffff ? 2 : 1
    }
    return found && placesOf(found)
  }

  /** Follows jumps from a thread to the characters that it waits for, in order of preference. */
  #add(live: Thread[], first: Thread, text: string, place: number): void {
    const stack: Thread[] = [first]
    while (stack.length > 0) {
      const { at, saved } = stack.pop()!
      if (this.#seen[at] === this.#round) continue
      this.#seen[at] = this.#round
      this.#steps++
      const instruction = this.#program[at]!
      if (instruction.kind === 'jump') stack.push({ at: instruction.to, saved })
      else if (instruction.kind === 'split') {
        stack.push({ at: instruction.second, saved }, { at: instruction.first, saved })
      } else if (instruction.kind === 'save') {
        stack.push({ at: at + 1, saved: saved.with(instruction.slot, place) })
      } else if (instruction.kind === 'at') {
        if (this.#holds(instruction.place, text, place)) stack.push({ at: at + 1, saved })
      } else live.push({ at, saved })
    }
  }

  #holds(kind: Extract<PatternNode, { kind: 'at' }>['place'], text: string, place: number) {
    const before = place > 0 ? text.charCodeAt(place - 1) : 10
    const next = place < text.length ? text.charCodeAt(place) : 10
    switch (kind) {
      case 'start':
        return place === 0 || (this.#isMultiline && before === 10)
      case 'end':
        return place === text.length || (this.#isMultiline && next === 10)
      case 'word edge':
        return isWord(before) !== isWord(next)
      case 'no word edge':
        return isWord(before) === isWord(next)
      default:
        return kind satisfies never
    }
  }
}

function placesOf(saved: readonly number[]): PatternMatch {
  const places: ([number, number] | undefined)[] = []
  for (let slot = 0; slot < saved.length; slot += 2) {
    const [start, end] = [saved[slot]!, saved[slot + 1]!]
    places.push(start < 0 || end < 0 ? undefined : [start, end])
  }
  return places
}
