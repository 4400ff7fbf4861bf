import { Command, CommanderError } from 'commander'
import { VERSION } from '../server/index.ts'
import { compareCommand } from './commands/compare.ts'
import { configCommand } from './commands/config.ts'
import { keysCommand } from './commands/keys.ts'
import { logsCommand } from './commands/logs.ts'
import { relayCommand } from './commands/relay.ts'
import { replayCommand } from './commands/replay.ts'
import { statusCommand } from './commands/status.ts'
import { upCommand } from './commands/up.ts'
import type { CliContext } from './context.ts'
import { reportError } from './report-error.ts'

/** Exit codes of every command: well, a finding or failure, wrong usage. */
const EXIT = { well: 0, failure: 1, usage: 2 } as const

/**
 * Runs one command line and returns its exit code. Answers go to standard output, everything
 * else to standard error.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT.well
  const done = (code: number) => {
    exitCode = code
  }
  const program = new Command('bellwether')
    .description('AI relay and log stack: every call relayed, logged without loss, searchable')
    .version(VERSION)
    .showHelpAfterError('(see `bellwether --help`)')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
  const commands = [
    upCommand,
    statusCommand,
    keysCommand,
    replayCommand,
    compareCommand,
    configCommand,
    relayCommand,
    logsCommand,
  ]
  for (const command of commands) program.addCommand(command(context, done))
  exitInsteadOfEnding(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.usage
    return reportError(error, args.includes('--json'), context.stderr)
  }
}

/** Commander ends the process by default; here each command throws instead. */
function exitInsteadOfEnding(command: Command): void {
  command.exitOverride()
  for (const each of command.commands) {
    each.copyInheritedSettings(command)
    exitInsteadOfEnding(each)
  }
}
