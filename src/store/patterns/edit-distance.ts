import type { Characters } from './characters.ts'

/** A word that texts are compared with, and how they may differ from it. */
export interface FuzzyWord {
  readonly characters: readonly number[]
  /** Characters that may be changed, added, left out or, with `transpositions`, swapped. */
  readonly distance: number
  readonly transpositions: boolean
}

/** Which part of a text is compared: all behind `from`, or as much of it as is likest. */
export interface ComparedPart {
  readonly from: number
  readonly endsAnywhere: boolean
}

/** Edits between the word and the text; some number above its distance when there are more. */
export function editDistance(
  { characters, distance, transpositions }: FuzzyWord,
  { values, length }: Characters,
  { from, endsAnywhere }: ComparedPart,
): number {
  const width = characters.length
  const tooMany = distance + 1
  if (!endsAnywhere && Math.abs(width - (length - from)) > distance) return tooMany
  let before = new Uint32Array(width + 1)
  let last = Uint32Array.from({ length: width + 1 }, (_, place) => place)
  let row = new Uint32Array(width + 1)
  let best = last[width]!
  for (let place = from; place < length; place++) {
    row[0] = place - from + 1
    let least = row[0]
    for (let column = 1; column <= width; column++) {
      const replaced = last[column - 1]! + (values[place] === characters[column - 1] ? 0 : 1)
      let edits = Math.min(replaced, last[column]! + 1, row[column - 1]! + 1)
      if (transpositions && place > from && isSwapped(characters, column, values, place)) {
        edits = Math.min(edits, before[column - 2]! + 1)
      }
      row[column] = edits
      least = Math.min(least, edits)
    }
    best = Math.min(best, row[width]!)
    if (least > distance) return endsAnywhere ? best : tooMany
    ;[before, last, row] = [last, row, before]
  }
  return endsAnywhere ? best : last[width]!
}

function isSwapped(
  characters: readonly number[],
  column: number,
  values: Uint32Array,
  place: number,
): boolean {
  return (
    column > 1 &&
    values[place] === characters[column - 2] &&
    values[place - 1] === characters[column - 1]
  )
}
