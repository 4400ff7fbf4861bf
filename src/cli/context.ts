import { existsSync } from 'node:fs'
import type { Clock, Config } from '../kernel/index.ts'
import { loadConfig } from '../kernel/index.ts'

/** What a command is given from outside. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** Options every command takes. */
export interface CommonOptions {
  readonly data: string
  readonly json?: boolean
  readonly config?: string
}

const DEFAULT_CONFIG_FILE = 'bellwether.yaml'

/** Returns the file the configuration is read from: the one named, or the usual one if it is there. */
export function configFile({ config }: CommonOptions): string | undefined {
  if (config !== undefined) return config
  return existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined
}

/** Reads the configuration a command works with. */
export function readConfig(options: CommonOptions, { environment }: CliContext): Config {
  return loadConfig(configFile(options), environment)
}

/** Writes an answer: one JSON line with `--json`, else the text for people. */
export function answer(
  options: CommonOptions,
  { stdout }: CliContext,
  json: unknown,
  text: string,
): void {
  stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : `${text}\n`)
}
