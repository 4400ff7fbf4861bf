import { type Config, type Logger, loadConfig } from '../kernel/index.ts'
import { followConfig } from '../server/index.ts'
import { type CliContext, type CommonOptions, configFile } from './context.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Waits for a signal to stop. Until then the server follows its configuration file: `apply` is
 * given each new version that can be taken.
 */
export async function runUntilStopped(
  options: CommonOptions,
  { environment, stdin }: CliContext,
  server: {
    readonly started: Config
    readonly apply: (config: Config) => void
    readonly logger: Logger
  },
): Promise<void> {
  const file = configFile(options)
  if (file === undefined) {
    await stopSignal()
    return
  }
  const follower = followConfig({ ...server, file, load: () => loadConfig(file, environment) })
  // a terminal that is closed sends SIGHUP, too: a server that was started in it ends with it
  await stopSignal(stdin.isTTY === true ? undefined : () => follower.reload())
  follower.close()
}
