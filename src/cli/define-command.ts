import { Command } from 'commander'
import type { CliContext } from './context.ts'

/** Ends a command with an exit code other than 0. */
type Done = (exitCode: number) => void

/** Makes a command of the program; `done` sets its exit code. */
export type DefineCommand = (context: CliContext, done: Done) => Command

/** Starts a command with the options that every command takes. */
export function defineCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <folder>', 'data folder', './data')
    .option('--json', 'answer in JSON, for programs')
}

/** Adds the option of commands that read the configuration. */
export function withConfig(command: Command): Command {
  return command.option(
    '--config <file>',
    'configuration file (default: bellwether.yaml where there is one)',
  )
}
