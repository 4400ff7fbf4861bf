import { illegalArgument } from '../search-failure.ts'
import type { ComponentOptions } from './component-options.ts'
import { type LinearPattern, linearPattern } from './linear-pattern.ts'

const FLAGS: Readonly<Record<string, 'ignoreCase' | 'dotAll' | 'multiline'>> = {
  CASE_INSENSITIVE: 'ignoreCase',
  UNICODE_CASE: 'ignoreCase',
  DOTALL: 'dotAll',
  MULTILINE: 'multiline',
}

/**
 * Reads `pattern` and `flags` of a part of an analyzer.
 *
 * @throws SearchFailure for patterns that could run away, and for unknown flags
 */
export function patternOption(options: ComponentOptions, fallback?: string): LinearPattern {
  const source = options.text('pattern') ?? fallback
  if (source === undefined) {
    throw illegalArgument(`pattern is missing for [${options.name}]`)
  }
  const names = (options.text('flags') ?? '').split('|').filter((name) => name !== '')
  const flags = Object.fromEntries(
    names.map((name) => {
      const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined
      if (flag === undefined) throw illegalArgument(`Unknown regex flag [${name}]`)
      return [flag, true] as const
    }),
  )
  const pattern = linearPattern(source, flags)
  if (typeof pattern !== 'string') return pattern
  throw illegalArgument(`[pattern] of [${options.name}] is not supported: [${source}]: ${pattern}`)
}
