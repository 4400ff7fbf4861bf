import type { CommonOptions } from '../context.ts'

/** Options of `bellwether replay`, checked by the command line. */
export interface ReplayCommandOptions extends CommonOptions {
  readonly trace?: readonly string[]
  readonly texts?: readonly string[]
  readonly speed: number
  readonly calls?: number
  readonly stream: number
  readonly errors: number
  readonly concurrency: number
  readonly key?: string
  readonly sdk?: boolean
  readonly list?: string
  readonly seed: number
}
