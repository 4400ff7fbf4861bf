import { resolve } from 'node:path'
import { createLogger, needsSimulation } from '../../kernel/index.ts'
import { runLog } from '../../server/index.ts'
import { answer, type CommonOptions, readConfig } from '../context.ts'
import { type DefineCommand, defineCommand, withConfig } from '../define-command.ts'
import { STOP_MS, stopSignal } from '../stop-signal.ts'

/** `bellwether logs`. */
export const logsCommand: DefineCommand = (context) =>
  withConfig(
    defineCommand('logs', 'run store, search and console alone, in the foreground'),
  ).action(async (options: CommonOptions) => {
    const config = readConfig(options, context)
    const logger = createLogger({ process: 'log', level: config.log_level })
    const log = await runLog(
      { config, data: resolve(options.data), simulated: needsSimulation(config) },
      { clock: context.clock, logger },
    )
    const { console, search } = log.ports
    answer(
      options,
      context,
      log.ports,
      `console listens on 127.0.0.1:${console}, search on 127.0.0.1:${search}`,
    )
    await stopSignal()
    await log.stop(STOP_MS)
  })
