import { fitsPattern, linearPattern, SearchFailure } from '../search/index.ts'
import type { SnapshotContent } from './snapshots.ts'

const FORBIDDEN = ['<', '"', ' ', '\\', '/', ',', '|', '>', '?', '*']
const MAX_BYTES = 255

/**
 * Checks the name of a repository to be put.
 *
 * @throws SearchFailure
 */
export function checkRepositoryName(name: string): void {
  const isWrong = FORBIDDEN.some((character) => name.includes(character)) || name.includes('#')
  if (!isWrong && name !== '' && Buffer.byteLength(name) <= MAX_BYTES) return
  const list = FORBIDDEN.map((character) => `'${character}'`).join(',')
  throw new SearchFailure({
    type: 'repository_exception',
    reason: `[${name}] must not contain the following characters [${list}]`,
    status: 500,
  })
}

/**
 * Checks the name of a snapshot to be taken.
 *
 * @throws SearchFailure
 */
export function checkSnapshotName(repository: string, name: string): void {
  const fault = snapshotNameFault(name)
  if (fault === undefined) return
  throw new SearchFailure({
    type: 'invalid_snapshot_name_exception',
    reason: `[${repository}:${name}] Invalid snapshot name [${name}], ${fault}`,
    status: 400,
  })
}

function snapshotNameFault(name: string): string | undefined {
  if (name === '') return 'cannot be empty'
  if (name.includes(' ')) return 'must not contain whitespace'
  if (name.includes(',')) return "must not contain ','"
  if (name.includes('#')) return "must not contain '#'"
  if (name.startsWith('_')) return "must not start with '_'"
  if (name.toLowerCase() !== name) return 'must be lowercase'
  if (FORBIDDEN.some((character) => name.includes(character))) {
    return `must not contain the following characters ${FORBIDDEN.join('')}`
  }
  return Buffer.byteLength(name) > MAX_BYTES ? 'is too long' : undefined
}

/** The names of a list that an expression asks for, with what it names and is not there. */
export interface ChosenNames {
  readonly found: readonly string[]
  readonly missing: readonly string[]
}

/**
 * Chooses of names by an expression: names, `*` patterns, `-exclusions` behind one of them, comma
 * lists; empty and `_all` are all.
 */
export function chooseNames(expression: string, names: readonly string[]): ChosenNames {
  const found = new Set<string>()
  const missing: string[] = []
  const parts = expression === '' ? ['_all'] : expression.split(',')
  for (const [place, part] of parts.entries()) {
    const isExclusion = place > 0 && part.startsWith('-') && !names.includes(part)
    const pattern = part === '_all' ? '*' : isExclusion ? part.slice(1) : part
    const fitting = names.filter((name) => fitsPattern(name, pattern))
    for (const name of fitting) {
      if (isExclusion) found.delete(name)
      else found.add(name)
    }
    if (fitting.length === 0 && !pattern.includes('*')) missing.push(pattern)
  }
  return { found: names.filter((name) => found.has(name)), missing }
}

/** Chooses indices of a snapshot; the name of a data stream stands for its indices. */
export function chooseIndices(expression: string, content: SnapshotContent): ChosenNames {
  const own = [...content.logs, ...content.indices]
  const streams = content.streams.map(({ name }) => name)
  const { found, missing } = chooseNames(expression, [...own, ...streams])
  const chosen = new Set(found)
  for (const { name, indices } of content.streams) {
    if (chosen.has(name)) for (const index of indices) chosen.add(index)
  }
  return { found: own.filter((name) => chosen.has(name)), missing }
}

/**
 * Renames as Java's `replaceAll` does: every match of the pattern, `$1` for a group.
 *
 * @throws SearchFailure for a pattern that cannot be used
 */
export function renamed(name: string, pattern: string, replacement: string): string {
  const compiled = linearPattern(pattern)
  if (typeof compiled === 'string') throw wrong(`pattern [${pattern}]: ${compiled}`)
  let result = ''
  let from = 0
  for (const groups of compiled.matches(name)) {
    const [start, end] = groups[0]!
    result += name.slice(from, start) + filled(replacement, name, groups)
    from = end
  }
  return result + name.slice(from)
}

type Groups = readonly (readonly [number, number] | undefined)[]

function filled(replacement: string, name: string, groups: Groups): string {
  return replacement.replaceAll(/\\(.)|\$(\d)?/g, (_, escaped?: string, digit?: string) => {
    if (escaped !== undefined) return escaped
    if (digit === undefined) throw wrong(`replacement [${replacement}]: Illegal group reference`)
    if (Number(digit) >= groups.length) {
      throw wrong(`replacement [${replacement}]: No group ${digit}`)
    }
    const group = groups[Number(digit)]
    return group === undefined ? '' : name.slice(...group)
  })
}

function wrong(reason: string): SearchFailure {
  return new SearchFailure({
    type: 'illegal_argument_exception',
    reason: `cannot rename with ${reason}`,
    status: 400,
  })
}
