import { isatty } from 'node:tty'
import { systemClock } from '../kernel/index.ts'
import { runCli } from './run-cli.ts'

// who reads the answer may leave (`| head -1`) while the server goes on
process.stdout.on('error', () => {})

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  clock: systemClock,
  stdin: { isTTY: isatty(0) },
  stdout: process.stdout,
  stderr: process.stderr,
})
