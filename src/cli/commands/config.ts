import { Command } from 'commander'
import { needsSimulation } from '../../kernel/index.ts'
import { answer, type CliContext, type CommonOptions, configFile, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'

/** `bellwether config check`. */
export const configCommand: DefineCommand = (context) =>
  new Command('config').description('look at the configuration').addCommand(checkCommand(context))

function checkCommand(context: CliContext): Command {
  return withConfig(
    defineCommand('check', 'say whether the configuration is valid and what it comes to'),
  ).action((options: CommonOptions) => {
    const config = readConfig(options, context)
    const providers = Object.keys(config.providers)
    const simulated = needsSimulation(config)
    const { host, relay, console, search } = config.listen
    answer(
      options,
      context,
      {
        file: configFile(options) ?? null,
        simulated,
        providers,
        models: Object.keys(config.models),
        listen: config.listen,
      },
      [
        `configuration is valid (${configFile(options) ?? 'no file, all defaults'})`,
        `  providers  ${simulated ? 'simulated: no provider key is set' : providers.join(', ')}`,
        `  relay      ${host}:${relay}`,
        `  console    127.0.0.1:${console}`,
        `  search     127.0.0.1:${search}`,
      ].join('\n'),
    )
  })
}
