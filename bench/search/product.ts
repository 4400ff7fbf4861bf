import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { CHAT_MODEL } from '../relay/subject.ts'
import { Child } from './children.ts'

const BIN = fileURLToPath(new URL('../../bin/bellwether.js', import.meta.url))
const UPSTREAM = fileURLToPath(new URL('../relay/upstream-process.ts', import.meta.url))

/** A data folder with a month in it opens slower than an empty one. */
const READY_MS = 120_000

/** The product as it runs for its users, in front of a provider that answers at once. */
export interface Product {
  readonly searchUrl: string
  readonly relayPort: number
  /** The provider itself, to know what a call takes without the relay. */
  readonly providerPort: number
  readonly key: string
  readonly logPid: number
  readonly data: string
  stop(): Promise<void>
}

interface UpAnswer {
  readonly relay: string
  readonly search: string
  readonly key?: string
  readonly processes: { readonly log: number }
}

/**
 * Starts `bellwether up` on a data folder.
 *
 * @throws Error when it does not become ready
 */
export async function startProduct(data: string): Promise<Product> {
  mkdirSync(data, { recursive: true })
  const upstream = new Child({ arguments: [UPSTREAM] })
  const { port } = JSON.parse(await upstream.line(READY_MS)) as { port: number }
  const file = join(data, 'bench.yaml')
  writeFileSync(file, stringify(config(port)))
  const up = new Child({ arguments: [BIN, 'up', '--json', '--data', data, '--config', file] })
  const answer = JSON.parse(await up.line(READY_MS)) as UpAnswer
  return {
    searchUrl: answer.search,
    relayPort: Number(new URL(answer.relay).port),
    providerPort: port,
    key: keptKey(data, answer.key),
    logPid: answer.processes.log,
    data,
    async stop() {
      await up.stop()
      await upstream.stop()
    },
  }
}

function config(providerPort: number): object {
  const provider = {
    kind: 'openai-compatible',
    base_url: `http://127.0.0.1:${providerPort}/v1`,
    api_key: 'sk-bench-provider-credential',
  }
  return {
    listen: { relay: 0, console: 0, search: 0 },
    log_level: 'warn',
    providers: { bench: provider },
    models: { [CHAT_MODEL]: { target: `bench/${CHAT_MODEL}` } },
  }
}

/** A key is shown once, at the first start on a folder. */
function keptKey(data: string, shown: string | undefined): string {
  const file = join(data, 'bench-key')
  if (shown !== undefined) writeFileSync(file, shown, { mode: 0o600 })
  return shown ?? readFileSync(file, 'utf8')
}

/** Largest resident memory of a process so far, megabytes. */
export function peakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

/** Bytes of the day files of a data folder. */
export function storeBytes(data: string): number {
  const folder = join(data, 'store', 'days')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
