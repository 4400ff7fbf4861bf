import { resolve } from 'node:path'
import { createLogger } from '../../kernel/index.ts'
import { type Server, startServer } from '../../server/index.ts'
import { answer, type CommonOptions, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'
import { runUntilStopped } from '../run-until-stopped.ts'

interface UpOptions extends CommonOptions {
  readonly silentAfter: string
}

/** `bellwether up`. */
export const upCommand: DefineCommand = (context) =>
  withConfig(defineCommand('up', 'start relay, log process and console, and keep them running'))
    .addHelpText(
      'after',
      '\nWithout a provider key in the environment, simulated providers answer.',
    )
    .action(async (options: UpOptions) => {
      const startMs = context.clock.monotonicMs()
      const config = readConfig(options, context)
      const logger = createLogger({ process: 'supervisor', level: config.log_level })
      const server = await startServer({
        config,
        data: resolve(options.data),
        environment: context.environment,
        clock: context.clock,
        logger,
      })
      const readyMs = Math.round(context.clock.monotonicMs() - startMs)
      answer(options, context, summary(server, readyMs), banner(server, options.data, readyMs))
      await runUntilStopped(options, context, {
        started: config,
        logger,
        apply(next) {
          server.reload(next)
          logger.level = next.log_level
        },
      })
      if (options.json !== true) context.stdout.write('\nStopping: calls in flight may end …\n')
      await server.stop()
    })

function summary({ instance, firstKey }: Server, readyMs: number) {
  return { ...instance, ...(firstKey !== undefined && { key: firstKey }), ready_ms: readyMs }
}

function banner({ instance, firstKey }: Server, data: string, readyMs: number): string {
  const { console, relay, search, simulated, version } = instance
  const providers = simulated
    ? 'simulated: no provider key is set, nothing is called or paid'
    : 'from the configuration and the environment'
  return [
    '',
    `  Bellwether ${version} is ready after ${(readyMs / 1_000).toFixed(1)} s`,
    '',
    `  Relay      ${relay}/v1`,
    `  Console    ${console}`,
    `  Search     ${search}  (Elasticsearch API)`,
    `  Providers  ${providers}`,
    `  Data       ${data}`,
    firstKey === undefined
      ? '  Key        one you have; `bellwether keys create --name NAME` makes another'
      : `  Key        ${firstKey}  (shown this once)`,
    '',
    '  Make a call:',
    '',
    curlExample(relay, firstKey ?? '$KEY', instance.models[0] ?? 'gpt-4o'),
    '',
    ...(simulated
      ? ['  Fill the pages with 300 calls of real traffic: npx bellwether replay', '']
      : []),
    '  Ctrl-C stops it.',
    '',
  ].join('\n')
}

/** A call that can be copied into a shell as it stands. */
function curlExample(relay: string, key: string, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })
  return [
    `    curl ${relay}/v1/chat/completions \\`,
    `      -H "Authorization: Bearer ${key}" \\`,
    "      -H 'Content-Type: application/json' \\",
    `      -d '${body}'`,
  ].join('\n')
}
