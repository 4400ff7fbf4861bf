import { resolve } from 'node:path'
import { AppError, createLogger, needsSimulation } from '../../kernel/index.ts'
import { runRelay } from '../../server/index.ts'
import { answer, type CommonOptions, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'
import { runUntilStopped } from '../run-until-stopped.ts'
import { STOP_MS } from '../stop-signal.ts'

/** `bellwether relay`. */
export const relayCommand: DefineCommand = (context) =>
  withConfig(
    defineCommand('relay', 'run the relay alone, in the foreground, without a supervisor'),
  ).action(async (options: CommonOptions) => {
    const config = readConfig(options, context)
    if (needsSimulation(config)) {
      throw new AppError('CONFIG_INVALID', {
        problems: ['no provider is configured; only `bellwether up` brings simulated ones'],
      })
    }
    const logger = createLogger({ process: 'relay', level: config.log_level })
    const data = resolve(options.data)
    const relay = await runRelay({ config, data }, { clock: context.clock, logger })
    const port = relay.ports.relay
    answer(options, context, { relay: port }, `relay listens on ${config.listen.host}:${port}`)
    await runUntilStopped(options, context, {
      started: config,
      logger,
      apply: (next) => relay.reload?.({ config: next, data }),
    })
    await relay.stop(STOP_MS)
  })
