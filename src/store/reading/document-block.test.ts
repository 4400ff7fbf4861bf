import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DocumentBlock } from './document-block.ts'

function block(documents: readonly object[]): DocumentBlock {
  return new DocumentBlock(Buffer.from(documents.map((one) => JSON.stringify(one)).join('\n')))
}

it('gives a text of a document as parsing all of it would', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\\', '"', '\\"', '"prompt":"', '\\"prompt\\":\\"', 'a\n{"row":2,', '\u2028'),
  )
  const text = fc.array(hostile, { maxLength: 4 }).map((parts) => parts.join('').toWellFormed())
  const member = fc.record({ prompt: text, other: text, list: fc.array(text) })
  fc.assert(
    fc.property(fc.array(fc.tuple(member, member), { minLength: 1, maxLength: 5 }), (pairs) => {
      const documents = pairs.map(([record, extra], row) => {
        return { row: row * 3, record, ...(row % 2 === 0 && { extra }) }
      })
      const read = block(documents)
      for (const { row, record } of documents) {
        const found = read.text(row, 'prompt')
        expect(found ?? read.document(row)?.record?.prompt).toBe(record.prompt)
      }
      expect(read.text(1, 'prompt')).toBeUndefined()
      expect(read.document(1)).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

it('leaves it to the whole document where two members could be meant', () => {
  const read = block([{ row: 1, record: { attempts: [{ prompt: 'no' }], prompt: 'yes' } }])
  expect(read.text(1, 'prompt')).toBeUndefined()
  expect(read.document(1)?.record?.prompt).toBe('yes')
})
