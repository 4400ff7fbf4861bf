import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../durable-file.ts'

type Settings = Readonly<Record<string, string | undefined>>

const FILE = 'cluster-settings.json'

/** Settings of the cluster that clients put, flat; kept in a file of the store. */
export class ClusterSettings {
  readonly #file: string
  #settings: Settings

  constructor(storeFolder: string) {
    this.#file = join(storeFolder, FILE)
    this.#settings = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Settings)
      : {}
  }

  get(): Settings {
    return this.#settings
  }

  /** Null takes a setting away. On disk on return. */
  put(changes: Readonly<Record<string, string | null>>): void {
    const merged = Object.entries({ ...this.#settings, ...changes })
    const kept = Object.fromEntries(merged.filter(([, value]) => value !== null)) as Settings
    writeDurably(this.#file, JSON.stringify(kept))
    this.#settings = kept
  }
}
