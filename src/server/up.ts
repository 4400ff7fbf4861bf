import { mkdirSync } from 'node:fs'
import {
  type Clock,
  type Config,
  type Logger,
  lockFolder,
  needsSimulation,
  publicModels,
  withSimulation,
} from '../kernel/index.ts'
import { Children } from './children.ts'
import { openDataAccounts } from './data-accounts.ts'
import { type Instance, readInstance, removeInstance, writeInstance } from './instance.ts'
import { LOG_PROCESS } from './log/process-options.ts'
import type { LogSettings } from './log-settings.ts'
import { processFile } from './process-file.ts'
import { VERSION } from './product.ts'
import type { RelaySettings } from './relay.ts'
import { RELAY_PROCESS } from './relay-process-options.ts'
import type { ChildDefinition, Ports } from './supervised-child.ts'

export interface UpOptions {
  readonly config: Config
  /** Data folder; made when it does not exist. */
  readonly data: string
  /** Handed on to the child processes. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly logger: Logger
  /** A process that has not been heard of for so long is killed and started anew. */
  readonly silentAfterMs?: number
}

export interface Server {
  readonly instance: Instance
  /** The key made at the first start, shown this once. */
  readonly firstKey?: string
  /**
   * Takes a new configuration into use without a restart, see `configChange` for what it may
   * change. Processes that are started again later start with it.
   *
   * @throws AppError CONFIG_INVALID when simulated providers cannot serve its models
   */
  reload(config: Config): void
  /** Stops the relay once its calls have ended, then the rest; at most 30 s. */
  stop(): Promise<void>
}

type Child = Omit<ChildDefinition, 'silentAfterMs'>

const SILENT_AFTER_MS = 10_000
const RELAY_STOP_MS = 20_000
const LOG_STOP_MS = 8_000
const SIMULATOR_STOP_MS = 1_000

/** Children of a server that was killed may still be ending: their ports and locks come free. */
const ORPHANS_MS = 10_000

/**
 * Starts the whole server on a data folder: simulated providers when the configuration names
 * none, the relay and the log process, each supervised. Resolves when all are ready.
 *
 * @throws AppError DATA_FOLDER_IN_USE, PORT_IN_USE, PROCESS_ENDED and what a process fails with
 */
export async function startServer(options: UpOptions): Promise<Server> {
  const { data } = options
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const lock = lockFolder(data, 'DATA_FOLDER_IN_USE')
  let publish = () => {}
  const children = new Children(options, () => publish())
  try {
    const firstKey = createFirstKey(options)
    const { inForce, ports } = await startChildren(children, options)
    const describe = instanceOf(options, inForce, ports)
    publish = () => {
      try {
        writeInstance(data, describe(children.processes))
      } catch (error) {
        // a full disk must not take the supervisor: only the file's process ids are out of date
        options.logger.warn({ err: error }, 'instance file not written')
      }
    }
    publish()
    return {
      instance: describe(children.processes),
      ...(firstKey !== undefined && { firstKey }),
      reload(config) {
        inForce.change(config)
        children.reload('relay')
        children.reload('log')
        publish()
      },
      async stop() {
        publish = () => {}
        await stopChildren(children)
        removeInstance(data)
        lock.release()
      },
    }
  } catch (error) {
    await stopChildren(children)
    lock.release()
    throw error
  }
}

async function startChildren(children: Children, options: UpOptions) {
  const { clock, data } = options
  const afterCrash = readInstance(data) !== undefined
  const retryUntilMs = clock.monotonicMs() + (afterCrash ? ORPHANS_MS : 0)
  const silentAfterMs = options.silentAfterMs ?? SILENT_AFTER_MS
  const start = (child: Child) => children.start({ ...child, silentAfterMs }, retryUntilMs)
  const inForce = await withProviders(options, start)
  const [relay, log] = await Promise.all([
    start(relayChild(inForce, options)),
    start(logChild(inForce, options)),
  ])
  return { inForce, ports: { ...relay, ...log } }
}

/** The configuration that is in force, with the address of the simulated providers if need be. */
class ConfigInForce {
  readonly #simulator: string | undefined
  #config: Config

  constructor(config: Config, simulator: string | undefined) {
    this.#simulator = simulator
    this.#config = this.#complete(config)
  }

  get config(): Config {
    return this.#config
  }

  change(config: Config): void {
    this.#config = this.#complete(config)
  }

  #complete(config: Config): Config {
    return this.#simulator === undefined ? config : withSimulation(config, this.#simulator)
  }
}

async function withProviders(
  { config, environment }: UpOptions,
  start: (child: Child) => Promise<Ports>,
): Promise<ConfigInForce> {
  if (!needsSimulation(config)) return new ConfigInForce(config, undefined)
  const ports = await start({
    name: 'simulator',
    file: processFile('simulator-process'),
    execArgv: [],
    environment,
    settings: (known) => ({ port: known?.simulator ?? 0 }),
  })
  return new ConfigInForce(config, `http://127.0.0.1:${ports.simulator}`)
}

function relayChild(inForce: ConfigInForce, { data, environment }: UpOptions): Child {
  return {
    name: 'relay',
    file: processFile('relay-process'),
    execArgv: RELAY_PROCESS.arguments,
    environment: { ...environment, ...RELAY_PROCESS.environment },
    settings: (ports): RelaySettings => ({ config: withPorts(inForce.config, ports), data }),
  }
}

function logChild(inForce: ConfigInForce, { config: given, data, environment }: UpOptions): Child {
  return {
    name: 'log',
    file: processFile('log-process'),
    execArgv: LOG_PROCESS.arguments,
    environment: { ...environment, ...LOG_PROCESS.environment },
    settings: (ports): LogSettings => ({
      config: withPorts(inForce.config, ports),
      data,
      simulated: needsSimulation(given),
    }),
  }
}

/** A process that is started again listens where it did before, also when the system chose. */
function withPorts(config: Config, ports: Ports | undefined): Config {
  return { ...config, listen: { ...config.listen, ...ports } }
}

function createFirstKey({ data, clock }: UpOptions): string | undefined {
  const accounts = openDataAccounts(data, clock)
  try {
    if (accounts.keys.list().length > 0) return undefined
    return accounts.keys.create({ name: 'first' }).secret
  } finally {
    accounts.close()
  }
}

function instanceOf(
  { clock, config: given }: UpOptions,
  inForce: ConfigInForce,
  ports: Ports,
): (processes: Readonly<Record<string, number>>) => Instance {
  const startedMs = clock.nowMs()
  return (processes) => ({
    version: VERSION,
    pid: process.pid,
    startedMs,
    simulated: needsSimulation(given),
    relay: `http://${reachable(given.listen.host)}:${ports.relay}`,
    console: `http://127.0.0.1:${ports.console}`,
    search: `http://127.0.0.1:${ports.search}`,
    models: publicModels(inForce.config),
    processes,
  })
}

/** An address a program on this machine can call: "all addresses" is none. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function stopChildren(children: Children): Promise<void> {
  await children.stop('relay', RELAY_STOP_MS)
  await children.stop('log', LOG_STOP_MS)
  await children.stop('simulator', SIMULATOR_STOP_MS)
}
