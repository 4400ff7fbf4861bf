import { Automaton, CERTAIN, DEAD } from './automaton.ts'
import type { Characters } from './characters.ts'
import {
  ANY_CHARACTER,
  ANYTHING,
  literalsOf,
  onlyCharacter,
  type PatternTree,
} from './pattern-tree.ts'
import type { WordTest } from './word-test.ts'

/** Characters that are looked at between two checks. */
const CHECKED_CHARACTERS = 1024

/** Tests words by a pattern. */
export function automatonTest(tree: PatternTree): WordTest {
  const whole = new Automaton(tree)
  let part: Automaton | undefined
  const { beginning, inside } = literalsOf(tree)
  return {
    partsAreWords: true,
    foldsToo: true,
    fitsAll: whole.begin() === CERTAIN,
    beginning,
    inside,
    substring: inside.length === 1 && isOnlyText(tree) ? inside[0] : undefined,
    fits: (word) => accepts(whole, word),
    fitsPart(run, check) {
      part ??= new Automaton({ kind: 'sequence', parts: [ANYTHING, filled(tree)] })
      return acceptsPart(part, run, check)
    },
    mayFitWith: (pair) => stateAfter(whole, pair) !== DEAD,
  }
}

function accepts(automaton: Automaton, { values, length }: Characters): boolean {
  let state = automaton.begin()
  for (let place = 0; place < length; place++) {
    if (state === DEAD) return false
    if (state === CERTAIN) return true
    state = automaton.step(state, values[place]!)
  }
  return automaton.accepts(state)
}

/** Whether the pattern, which may begin anywhere, has come to an end anywhere. */
function acceptsPart(
  automaton: Automaton,
  { values, length }: Characters,
  check: () => void,
): boolean {
  let state = automaton.begin()
  for (let place = 0; place < length; place++) {
    if (place % CHECKED_CHARACTERS === 0) check()
    state = automaton.step(state, values[place]!)
    if (automaton.accepts(state)) return true
  }
  return false
}

function stateAfter(automaton: Automaton, { values, length }: Characters): number {
  let state = automaton.begin()
  for (let place = 0; place < length; place++) state = automaton.step(state, values[place]!)
  return state
}

/** The same pattern without the empty text, which is no part of a run. */
function filled(tree: PatternTree): PatternTree {
  return { kind: 'both', parts: [tree, { kind: 'sequence', parts: [ANY_CHARACTER, ANYTHING] }] }
}

function isOnlyText(tree: PatternTree): boolean {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree]
  return parts.every((part) => part.kind === 'anything' || onlyCharacter(part) !== undefined)
}
