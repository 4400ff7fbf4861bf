import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { vi } from './vi.ts'
import { zh } from './zh.ts'

/** All texts by their path; those with values are called with the names of their places. */
function texts(node: object, path = ''): [path: string, text: string][] {
  return Object.entries(node).flatMap(([name, value]): [string, string][] => {
    const here = `${path}.${name}`
    if (typeof value === 'string') return [[here, value]]
    if (typeof value === 'function') return [[here, value('{0}', '{1}', '{2}')]]
    return texts(value as object, here)
  })
}

/** Names that are the same in every language. */
const NAMES = /\.(p95|json|relay|trace_id)$/

describe.each([
  ['vi', vi],
  ['zh', zh],
] as const)('the texts in %s', (_, messages) => {
  const english = new Map(texts(en))
  const translated = texts(messages)

  it('are none empty and none left in English', () => {
    const untranslated = translated.filter(
      ([path, text]) => text.trim() === '' || (text === english.get(path) && !NAMES.test(path)),
    )
    expect(untranslated).toEqual([])
  })

  it('keep the commands and names that are to be typed', () => {
    for (const [path, text] of translated) {
      const code = english.get(path)?.match(/`[^`]+`|OPENAI_API_KEY|\{\d\}/g) ?? []
      for (const piece of code) expect(text, path).toContain(piece)
    }
  })
})
