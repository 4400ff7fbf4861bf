import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedPages } from './generated-pages.ts'

it.each([...generatedPages()])('%s is what `npm run docs` makes of the code', (file, text) => {
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text)
})
