import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Compiles the product into `dist/`, since that is what users run.
 *
 * @throws Error with the compiler's messages
 */
export function buildProduct(): void {
  const command = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (status === 0) return
  throw new Error(`the product does not compile, nothing was measured\n${stdout}${stderr}`)
}
