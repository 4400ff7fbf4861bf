import { Analysis } from '../analysis/analysis.ts'
import type { Analyzer } from '../analysis/analyzer.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import { DEFAULT_ANALYZER } from '../tokens.ts'

/** Analyses of different indices that are kept. */
const KEPT = 64

/** Finds the analyzer of a field; those an index defines are made once. */
export class FieldAnalyzers {
  readonly #known = new Map<string, Analysis>()

  /** Undefined for the usual one. */
  of({ analyzer, analysis }: TextField): Analyzer | undefined {
    return analyzer === DEFAULT_ANALYZER ? undefined : this.#analysis(analysis).analyzer(analyzer)
  }

  #analysis(settings: TextField['analysis'] = {}): Analysis {
    const key = JSON.stringify(settings)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const made = new Analysis(settings)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= KEPT) this.#known.delete(oldest)
    this.#known.set(key, made)
    return made
  }
}
