import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const PACKAGES = ['openai==3.54.0', 'anthropic==2.12.0']
const INSTALL_LIMIT_MS = 120_000

/** A Python that has some packages, or why there is none. */
export type PythonSdks =
  | {
      readonly ok: true
      /** Path of the interpreter. */
      readonly python: string
      run(script: string, environment: NodeJS.ProcessEnv): Promise<string>
    }
  | { readonly ok: false; readonly reason: string }

/**
 * Makes a virtual environment with the packages (the SDKs of providers, if nothing else is said),
 * once: it stays in the system's temporary folder.
 */
export async function preparePythonSdks(
  packages: readonly string[] = PACKAGES,
): Promise<PythonSdks> {
  const folder = join(tmpdir(), `bellwether-python-${packages.join('-')}`)
  const python = join(folder, 'bin', 'python')
  try {
    if (!existsSync(folder)) await install(folder, packages)
  } catch (error) {
    const [reason = ''] = String((error as Error).message)
      .split('\n')
      .filter(Boolean)
      .slice(-1)
    return { ok: false, reason }
  }
  return {
    ok: true,
    python,
    async run(script, env) {
      const { stdout } = await run(python, [script], { env })
      return stdout
    },
  }
}

async function install(folder: string, packages: readonly string[]): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  try {
    await run('python3', ['-m', 'venv', unfinished])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    const limits = ['--retries', '1', '--timeout', '10']
    await run(join(unfinished, 'bin', 'python'), [...pip, ...limits, ...packages], {
      timeout: INSTALL_LIMIT_MS,
    })
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // another run may have been faster
    if (!existsSync(folder)) throw error
  }
}
