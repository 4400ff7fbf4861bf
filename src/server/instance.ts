import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../kernel/index.ts'

/** What is known outside of a server that runs on a data folder: where it listens and who it is. */
export interface Instance {
  readonly version: string
  readonly pid: number
  readonly startedMs: number
  /** True when simulated providers answer. */
  readonly simulated: boolean
  readonly relay: string
  readonly console: string
  readonly search: string
  /** Public model names, the first is used in examples. */
  readonly models: readonly string[]
  /** Process ids by name; a process that is being restarted is absent. */
  readonly processes: Readonly<Record<string, number>>
}

const FILE = 'instance.json'

/** Writes the file that says where the server of this data folder is found. */
export function writeInstance(data: string, instance: Instance): void {
  const file = join(data, FILE)
  const fresh = `${file}.${process.pid}.new`
  writeFileSync(fresh, `${JSON.stringify(instance)}\n`, { mode: 0o600 })
  renameSync(fresh, file)
}

/** Removes that file: the server has stopped in good order. */
export function removeInstance(data: string): void {
  rmSync(join(data, FILE), { force: true })
}

/** Reads that file; undefined when there is none. It may be left over from a server that died. */
export function readInstance(data: string): Instance | undefined {
  try {
    return JSON.parse(readFileSync(join(data, FILE), 'utf8')) as Instance
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Returns the server that runs on the data folder.
 *
 * @throws AppError NOT_RUNNING
 */
export function runningInstance(data: string): Instance {
  const instance = readInstance(data)
  if (instance === undefined || !isAlive(instance.pid)) throw new AppError('NOT_RUNNING', { data })
  return instance
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
