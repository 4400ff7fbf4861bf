import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentHash } from '../elasticsearch/main-fields.ts'
import { compareDocuments } from './compare-documents.ts'
import type { ComparedDocument } from './document-pages.ts'

type Pages = AsyncIterable<readonly ComparedDocument[]>

async function* pagesOf(documents: readonly ComparedDocument[], page = 3): Pages {
  const sorted = documents.toSorted((a, b) => a.ms - b.ms)
  for (let from = 0; from < sorted.length; from += page) {
    yield await Promise.resolve(sorted.slice(from, from + page))
  }
}

function document(id: string, ms = 5, hash = id.length): ComparedDocument {
  return { id, ms, hash }
}

describe('comparing two engines', () => {
  it('finds them equal whatever the order within a millisecond and the size of pages', async () => {
    const documents = fc.uniqueArray(
      fc.record({ id: fc.string(), ms: fc.nat(4), hash: fc.nat(1e9) }),
      { selector: ({ id }) => id, maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(documents, fc.nat(1e6), async (all, seed) => {
        const shuffled = all.toSorted((a, b) => ((a.hash * seed) % 97) - ((b.hash * seed) % 97))
        const compared = await compareDocuments(pagesOf(all), pagesOf(shuffled, 7))
        expect(compared).toMatchObject({ equal: true, embedded: { count: all.length } })
      }),
    )
  })

  it('names what is missing on either side, and what is different', async () => {
    const ours = [document('a'), document('b'), document('c', 7), document('d', 8)]
    const theirs = [document('b'), document('c', 7, 99), document('e', 9)]
    expect(await compareDocuments(pagesOf(ours), pagesOf(theirs))).toMatchObject({
      equal: false,
      embedded: { count: 4 },
      cluster: { count: 3 },
      missing_in_cluster: ['a', 'd'],
      missing_in_embedded: ['e'],
      changed: ['c'],
    })
  })

  it('takes a document whose time was changed for one that differs', async () => {
    const compared = await compareDocuments(
      pagesOf([document('a', 1, 1), document('b', 2, 2)]),
      pagesOf([document('a', 9, 3), document('b', 2, 2)]),
    )
    expect(compared).toMatchObject({ missing_in_cluster: [], missing_in_embedded: [] })
    expect(compared.changed).toEqual(['a'])
  })

  it('does not mind that the engines read one time differently', async () => {
    const compared = await compareDocuments(
      pagesOf([document('a', 1), document('b', 2)]),
      pagesOf([document('a', 9), document('b', 2)]),
    )
    expect(compared).toMatchObject({ equal: true, changed: [] })
  })

  it('notices a document that is there twice', async () => {
    const compared = await compareDocuments(
      pagesOf([document('a'), document('a')]),
      pagesOf([document('a')]),
    )
    expect(compared).toMatchObject({ equal: false, changed: ['a'] })
  })

  it('lists twenty ids and counts all', async () => {
    const many = Array.from({ length: 50 }, (_, number) => document(`d${number}`, number))
    const compared = await compareDocuments(pagesOf(many), pagesOf([]))
    expect(compared.missing_in_cluster).toHaveLength(20)
    expect(compared.embedded.count).toBe(50)
  })
})

describe('the hash of a document', () => {
  const source = { '@timestamp': '2026-01-05T10:00:00Z', model: 'm', labels: { a: '1', b: '2' } }

  it.each([
    ['order', { labels: { b: '2', a: '1' }, model: 'm', '@timestamp': '2026-01-05T10:00:00Z' }],
    ['form of the time', { ...source, '@timestamp': '2026-01-05T10:00:00.000+00:00' }],
    ['bodies', { ...source, request_body: '{}', prompt: 'hi' }],
  ])('does not depend on the %s', (_, other) => {
    expect(documentHash('1', other)).toBe(documentHash('1', source))
  })

  it.each([
    ['id', '2', source],
    ['value', '1', { ...source, model: 'n' }],
    ['label', '1', { ...source, labels: { a: '1' } }],
    ['field', '1', { ...source, status_code: 200 }],
  ])('depends on each %s', (_, id, other) => {
    expect(documentHash(id, other)).not.toBe(documentHash('1', source))
  })
})
