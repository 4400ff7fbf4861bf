import type { Analyzer } from '../analysis/analyzer.ts'
import type { TextField } from '../mapping/mapped-field.ts'
import { Characters } from '../patterns/characters.ts'
import { compilePattern } from '../patterns/word-pattern.ts'
import { anyRun } from '../tokens.ts'
import type { TextProbe } from './filter.ts'
import { hasPhrase } from './phrase.ts'
import { phraseHint } from './phrase-hint.ts'

/** Finds the analyser of a field; undefined for the usual one. */
export type AnalyzerOf = (field: TextField) => Pick<Analyzer, 'positions'> | undefined

/**
 * Makes the check that a row matches a probe which the word index left doubtful, by its texts.
 * `check` is called now and then; it ends the work by throwing.
 */
export function textCheck(
  probe: Extract<TextProbe, { kind: 'phrase' | 'pattern' | 'exact' }>,
  analyzerOf: AnalyzerOf,
  check: () => void,
): (texts: readonly string[]) => boolean {
  switch (probe.kind) {
    case 'phrase': {
      const { terms, slop, field } = probe
      const analyzer = analyzerOf(field)
      const positionsOf = analyzer && ((text: string) => analyzer.positions(text))
      const mayHave = analyzer === undefined && slop === 0 ? phraseHint(terms) : undefined
      return (texts) =>
        texts.some(
          (text) => mayHave?.(text) !== false && hasPhrase(text, terms, slop, positionsOf, check),
        )
    }
    case 'pattern': {
      const { written } = compilePattern(probe.pattern, probe.ignoreCase)
      const run = new Characters()
      return (texts) =>
        texts.some((text) => anyRun(text, (part) => written.fitsPart(run.ofText(part), check)))
    }
    case 'exact':
      return (texts) => texts.includes(probe.value)
    default:
      return probe satisfies never
  }
}
