import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** How a program is installed into a folder of its own. */
export interface Recipe {
  readonly name: string
  /** Contents of files that the commands need, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Run one after the other in the folder. */
  readonly commands: readonly (readonly [string, ...string[]])[]
}

export type Installation =
  | { readonly ok: true; readonly folder: string }
  | { readonly ok: false; readonly problem: string }

/** Longest time for one command. */
const COMMAND_MS = 300_000

/** Written last, so that an installation that was broken off is begun anew. */
const MARKER = 'installed.json'

/**
 * Installs a program under the system's temporary folder, or finds it there from an earlier run
 * of the same recipe. Nothing is written anywhere else.
 */
export function install(recipe: Recipe): Installation {
  const folder = join(tmpdir(), `bellwether-bench-peers-${userInfo().uid}`, recipe.name)
  const marker = join(folder, MARKER)
  const wanted = JSON.stringify(recipe)
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return { ok: true, folder }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [name, content] of Object.entries(recipe.files)) {
    writeFileSync(join(folder, name), content)
  }
  for (const command of recipe.commands) {
    process.stderr.write(`${recipe.name}: ${command.join(' ')}\n`)
    const problem = run(command, folder)
    if (problem !== undefined) return { ok: false, problem }
  }
  writeFileSync(marker, wanted)
  return { ok: true, folder }
}

function run([program, ...args]: Recipe['commands'][number], folder: string): string | undefined {
  const { error, status, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: COMMAND_MS,
  })
  if (error !== undefined) return error.message
  if (status === 0) return undefined
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return `${program} ended with ${status}: ${last.slice(0, 200)}`
}
