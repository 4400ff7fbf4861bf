import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  type Config,
  isAppError,
  type Logger,
  messageOf,
  needsSimulation,
} from '../kernel/index.ts'
import { configChange } from './config-change.ts'

export interface FollowedConfig {
  readonly file: string
  /** What the server was started with. */
  readonly started: Config
  /** Reads the file; throws CONFIG_UNREADABLE or CONFIG_INVALID. */
  readonly load: () => Config
  /** Takes a configuration into use; what it throws is reported like a problem of the file. */
  readonly apply: (config: Config) => void
  readonly logger: Logger
}

/** Keeps a running server's configuration as it stands in the file, until it is closed. */
export interface ConfigFollower {
  /** Reads the file now, changed or not; does nothing once it is closed. */
  reload(): void
  close(): void
}

/** Editors write in several steps: the file is read once it has been left alone for so long. */
const QUIET_MS = 200

/** Watching fails on some network file systems, without a word; looking does not. */
const POLL_MS = 2_000

/**
 * Reads the configuration again whenever its file changes and hands it on. Files that are
 * replaced by renaming and links that are pointed elsewhere count as changes. A file that cannot
 * be taken is reported in the log, and the configuration stays as it was.
 */
export function followConfig(options: FollowedConfig): ConfigFollower {
  return new Follower(options)
}

class Follower implements ConfigFollower {
  readonly #options: FollowedConfig
  readonly #file: string
  readonly #poll: NodeJS.Timeout
  #current: Config
  #watcher: FSWatcher | undefined
  #quiet: NodeJS.Timeout | undefined
  // nothing yet: the first look reads the file, which may have changed during the start
  #seen: string | undefined
  #broken: boolean = false
  #closed: boolean = false

  constructor(options: FollowedConfig) {
    this.#options = options
    this.#file = resolve(options.file)
    this.#current = options.started
    this.#watch()
    this.#poll = setInterval(() => this.#look(), POLL_MS)
    this.#look()
  }

  reload(): void {
    if (this.#closed) return
    clearTimeout(this.#quiet)
    this.#seen = this.#fingerprint()
    this.#read(true)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#quiet)
    clearInterval(this.#poll)
    this.#watcher?.close()
  }

  #watch(): void {
    const { logger } = this.#options
    const failed = (error: unknown) =>
      logger.warn({ err: error }, `configuration is looked at every ${POLL_MS} ms, not watched`)
    try {
      // the folder, not the file: a file that replaces it has an inode of its own
      this.#watcher = watch(dirname(this.#file), () => this.#look())
      this.#watcher.on('error', failed)
    } catch (error) {
      failed(error)
    }
  }

  #look(): void {
    const fingerprint = this.#fingerprint()
    if (fingerprint === this.#seen) return
    this.#seen = fingerprint
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => {
      if (this.#fingerprint() === this.#seen) this.#read(false)
      else this.#look()
    }, QUIET_MS)
  }

  /** What tells one state of the file from another; follows links. */
  #fingerprint(): string {
    try {
      const { dev, ino, mtimeNs, ctimeNs, size } = statSync(this.#file, { bigint: true })
      return [dev, ino, mtimeNs, ctimeNs, size].join(' ')
    } catch (error) {
      return messageOf(error)
    }
  }

  #read(asked: boolean): void {
    const { apply, load, logger, started } = this.#options
    const file = basename(this.#file)
    try {
      const next = load()
      if (needsSimulation(next) !== needsSimulation(started)) {
        logger.warn(
          { file, settings: ['providers'] },
          'between simulated and real providers a restart is needed, configuration not taken',
        )
        return
      }
      const { config, needsRestart } = configChange(started, next)
      if (needsRestart.length > 0) {
        logger.warn({ file, settings: needsRestart }, 'settings changed that need a restart')
      }
      const changed = !isDeepStrictEqual(config, this.#current)
      if (changed) apply(config)
      this.#current = config
      if (changed || asked || this.#broken) {
        logger.info({ file, changed }, 'configuration read again')
      }
      this.#broken = false
    } catch (error) {
      this.#broken = true
      for (const problem of problemsOf(error)) {
        logger.error({ file, problem }, 'configuration not taken, the one before stays in force')
      }
    }
  }
}

/** One line for each thing that is wrong. */
function problemsOf(error: unknown): readonly string[] {
  if (isAppError(error, 'CONFIG_INVALID') && Array.isArray(error.details.problems)) {
    return error.details.problems.map(String)
  }
  const reason = isAppError(error) ? (error.details.reason ?? error.message) : messageOf(error)
  // a parser's message shows the lines of the file below its first
  return [String(reason).split('\n', 1)[0]!]
}
