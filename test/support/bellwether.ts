import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { pollUntil } from './poll-until.ts'

const BIN = fileURLToPath(new URL('../../bin/bellwether.js', import.meta.url))

/** A machine with other work to do starts slower than the five seconds promised. */
export const READY_LIMIT_MS = 15_000

/** A silent process is noticed after ten seconds, and a busy machine starts the next one slowly. */
const RESTART_LIMIT_MS = 30_000

/** What `up --json` prints once everything is ready. */
interface UpAnswer {
  readonly version: string
  readonly pid: number
  readonly simulated: boolean
  readonly relay: string
  readonly console: string
  readonly search: string
  readonly models: readonly string[]
  readonly processes: Readonly<Record<string, number>>
  readonly key?: string
  readonly ready_ms: number
}

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface BellwetherOptions {
  /** A folder that was used before; without it a fresh one, removed at the end. */
  readonly data?: string
  /** Laid over a configuration in which the system chooses every port. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
}

export interface Bellwether extends UpAnswer {
  readonly data: string
  /** A key that works: the one printed at the first start on this folder. */
  readonly key: string
  /** The key that this start has printed, if any. */
  readonly printedKey: string | undefined
  /** Everything written to standard error so far. */
  readonly log: () => string
  /** Writes another configuration into its file, or this text. */
  configure(config: BellwetherOptions['config'] | string): void
  /** Id of a child process that runs now; waits for one that is being restarted. */
  pidOf(name: 'relay' | 'log' | 'simulator'): Promise<number>
  /** Kills or stops a child process and waits until another has taken its place and answers. */
  restart(name: 'relay' | 'log', signal: 'SIGKILL' | 'SIGSTOP'): Promise<void>
  /** Runs another command on the same data folder. */
  run(...args: readonly string[]): Promise<CommandResult>
  /** Sends a signal to the supervisor and waits for its end; returns the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

const started = new Set<{ readonly child: ChildProcess; readonly cleanUp: () => void }>()

/** Starts the real `bellwether up` on a data folder of its own and waits until it is ready. */
export async function startBellwether(options: BellwetherOptions = {}): Promise<Bellwether> {
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'bellwether-test-'))
  mkdirSync(folder, { recursive: true })
  const configFile = join(folder, 'bellwether.yaml')
  writeFileSync(configFile, stringify(testConfig(options.config)))
  const args = ['--data', folder, '--config', configFile]
  const child = spawn(process.execPath, [BIN, 'up', '--json', ...args], {
    env: cleanEnvironment(options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const cleanUp = () => {
    if (options.data === undefined) rmSync(folder, { recursive: true, force: true })
  }
  started.add({ child, cleanUp })
  const output = collect(child)
  const answer = JSON.parse(await firstLine(child, output)) as UpAnswer
  const keyFile = join(folder, 'test-key')
  if (answer.key !== undefined) writeFileSync(keyFile, answer.key)
  const pidOf = (name: string) =>
    pollUntil(`a process ${name}`, () => instanceOf(folder).processes[name])
  return {
    ...answer,
    data: folder,
    printedKey: answer.key,
    key: answer.key ?? readFileSync(keyFile, 'utf8'),
    log: () => output.stderr,
    configure(config) {
      const text = typeof config === 'string' ? config : stringify(testConfig(config))
      writeFileSync(configFile, text)
    },
    pidOf,
    async restart(name, signal) {
      const before = await pidOf(name)
      process.kill(before, signal)
      await pollUntil(
        `another process ${name} that answers`,
        async () => {
          const now = instanceOf(folder).processes[name]
          if (now === undefined || now === before) return undefined
          return (await isAnswering(name === 'relay' ? `${answer.relay}/healthz` : answer.search))
            ? now
            : undefined
        },
        RESTART_LIMIT_MS,
      )
    },
    run: (...more) => runBellwether([...more, '--data', folder], options.environment),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
  }
}

/** Runs one command to its end. */
export async function runBellwether(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

/**
 * Starts a command that goes on until everything is stopped and resolves with the line it
 * answers. `cleanUp` is called when it has ended.
 */
export async function startCommand(args: readonly string[], cleanUp: () => void): Promise<string> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.add({ child, cleanUp })
  return firstLine(child, collect(child))
}

/** Ends everything that tests of this file have started and removes its folders. */
export async function stopAllBellwethers(): Promise<void> {
  for (const { child, cleanUp } of started) {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const limit = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(limit)
    }
    cleanUp()
  }
  started.clear()
}

/** What the server itself writes about where it is found. */
function instanceOf(data: string): UpAnswer {
  return JSON.parse(readFileSync(join(data, 'instance.json'), 'utf8')) as UpAnswer
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}

function testConfig(changes: Readonly<Record<string, unknown>> = {}) {
  return { listen: { relay: 0, console: 0, search: 0 }, log_level: 'warn', ...changes }
}

/** The machine's own provider keys must not turn a test into paid calls. */
function cleanEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENAI|ANTHROPIC|GEMINI|DEEPSEEK)_/.test(name),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1', ...added }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  return output
}

async function firstLine(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
): Promise<string> {
  return pollUntil(
    'bellwether to be ready',
    () => {
      const end = output.stdout.indexOf('\n')
      if (end !== -1) return output.stdout.slice(0, end)
      if (child.exitCode !== null) {
        throw new Error(`bellwether ended with ${child.exitCode}: ${output.stderr}`)
      }
      return undefined
    },
    READY_LIMIT_MS,
  )
}
