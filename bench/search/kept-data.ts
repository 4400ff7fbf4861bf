import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sizes } from './documents.ts'

const FILE = 'filled.json'

/**
 * What an earlier run has filled a folder with; undefined when there is no such folder.
 *
 * @throws Error when the folder was not filled to its end, or with something other than `wanted`
 */
export function keptSizes(folder: string, wanted?: Sizes): Sizes | undefined {
  if (!existsSync(folder)) return undefined
  const file = join(folder, FILE)
  if (!existsSync(file)) throw new Error(`${folder} was not filled to its end: remove it`)
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Sizes
  const isOther =
    wanted !== undefined && (kept.records !== wanted.records || kept.bodies !== wanted.bodies)
  if (!isOther) return kept
  throw new Error(`${folder} holds ${kept.records} records, ${kept.bodies} with bodies: remove it`)
}

/** Notes that a folder is filled, so that a later run can use it again. */
export function noteFilled(folder: string, sizes: Sizes): void {
  writeFileSync(join(folder, FILE), JSON.stringify(sizes))
}
