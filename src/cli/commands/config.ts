import { Command } from 'commander'
import { type Config, needsSimulation } from '../../kernel/index.ts'
import { answer, type CliContext, type CommonOptions, configFile, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'

/** `bellwether config check`. */
export const configCommand: DefineCommand = (context) =>
  new Command('config').description('look at the configuration').addCommand(checkCommand(context))

const HIDDEN = '***'

/** Settings of the cluster that may be shown: whether there are secrets, not which. */
function clusterOf({ elasticsearch }: Config) {
  const { username, password, api_key } = elasticsearch.auth
  const auth = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: HIDDEN }),
    ...(api_key !== undefined && { api_key: HIDDEN }),
  }
  return { ...elasticsearch, auth }
}

function clusterText({ nodes, auth }: ReturnType<typeof clusterOf>): string {
  const { username, api_key } = auth
  const given =
    api_key === undefined ? username && `user ${username}, password ${HIDDEN}` : `API key ${HIDDEN}`
  return `${nodes.join(', ')} (${given ?? 'no authentication'})`
}

function checkCommand(context: CliContext): Command {
  return withConfig(
    defineCommand('check', 'say whether the configuration is valid and what it comes to'),
  ).action((options: CommonOptions) => {
    const config = readConfig(options, context)
    const providers = Object.keys(config.providers)
    const simulated = needsSimulation(config)
    const { engine } = config.search
    const cluster = clusterOf(config)
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
        search: { engine },
        ...(engine !== 'embedded' && { elasticsearch: cluster }),
      },
      [
        `configuration is valid (${configFile(options) ?? 'no file, all defaults'})`,
        `  providers  ${simulated ? 'simulated: no provider key is set' : providers.join(', ')}`,
        `  relay      ${host}:${relay}`,
        `  console    127.0.0.1:${console}`,
        `  search     127.0.0.1:${search}`,
        `  engine     ${engine}`,
        ...(engine === 'embedded' ? [] : [`  cluster    ${clusterText(cluster)}`]),
      ].join('\n'),
    )
  })
}
