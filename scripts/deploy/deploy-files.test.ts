import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { deployFiles } from './deploy-files.ts'

it.each([...deployFiles()])('%s is what `npm run deploy:files` makes of the code', (file, text) => {
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(text)
})
