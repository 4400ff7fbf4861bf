import type { Config } from '../kernel/index.ts'

/** What store, search and console of a data folder are started with. */
export interface LogSettings {
  readonly config: Config
  readonly data: string
  /** True when simulated providers answer; every page says so. */
  readonly simulated: boolean
}
