import { spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'

const MODULE = JSON.stringify(new URL('./logger.ts', import.meta.url).href)

/** Runs a program that logs to the file at `descriptor` as its standard error. */
function logTo(stderr: number | 'pipe', program: string) {
  const code = `import { createLogger } from ${MODULE}
    const logger = createLogger({ process: 'test', level: 'info' })
    ${program}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', stderr],
    encoding: 'utf8',
  })
}

it('writes JSON lines to standard error and masks credentials', () => {
  const { stderr, stdout } = logTo('pipe', `logger.info({ apiKey: 'hss_secret' }, 'hello')`)
  expect(JSON.parse(stderr)).toMatchObject({ process: 'test', msg: 'hello' })
  expect(stderr).not.toContain('hss_secret')
  expect(stdout).toBe('')
})

it.skipIf(!existsSync('/dev/full'))('lives on when the log lies on a full disk', () => {
  const program = `
    for (let line = 0; line < 20_000; line++) logger.warn('line ' + line)
    setTimeout(() => console.log('alive'), 50)`
  expect(logTo(openSync('/dev/full', 'w'), program)).toMatchObject({ status: 0, stdout: 'alive\n' })
})
