import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { deployFiles } from './deploy/deploy-files.ts'

for (const [file, text] of deployFiles()) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(file)
}
