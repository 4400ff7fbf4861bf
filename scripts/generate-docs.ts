import { writeFileSync } from 'node:fs'
import { generatedPages } from './generated-pages.ts'

for (const [file, text] of generatedPages()) {
  writeFileSync(file, text)
  console.log(file)
}
