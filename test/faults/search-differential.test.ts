import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { difference, meaning } from '../support/compare-searches.ts'
import { type OwnSearch, startOwnSearch } from '../support/own-search.ts'
import {
  languageDocuments,
  RANDOM_PROPERTIES,
  randomDocuments,
} from '../support/random-documents.ts'
import { aggregationsOf, pageOf, queryOf } from '../support/random-searches.ts'
import {
  call,
  ENGINE_START_MS,
  hasEngine,
  type SearchEngine,
  startEngine,
} from '../support/search-engine.ts'

/**
 * The same documents and the same generated searches to us and to a real OpenSearch; answers are
 * compared by meaning. `DIFFERENTIAL_SEARCHES` says how many, `DIFFERENTIAL_SEED` which.
 */
const SEARCHES = Number(process.env.DIFFERENTIAL_SEARCHES ?? 5_000)
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_123)
const AT_A_TIME = 25
const SHOWN = 12

type Json = Readonly<Record<string, unknown>>

/** Words, accents folded, pairs of Chinese characters: what both sides can be told to do. */
const FOLDING = {
  analysis: {
    analyzer: {
      folding: {
        type: 'custom',
        tokenizer: 'standard',
        filter: ['cjk_width', 'lowercase', 'cjk_bigram', 'asciifolding'],
      },
    },
  },
}

describe.skipIf(!hasEngine('opensearch'))(
  'a search, compared with OpenSearch (needs ../shared/engines)',
  () => {
    let own: OwnSearch
    let peer: SearchEngine
    let isFilled = false

    beforeAll(async () => {
      own = await startOwnSearch()
      peer = await startEngine('opensearch')
    }, ENGINE_START_MS)

    afterAll(async () => {
      await own.close()
      await peer.remove()
    })

    async function fill(index: string, documents: readonly Json[], body: Json): Promise<void> {
      const lines = documents.flatMap((source) => [{ index: { _id: source.id } }, source])
      const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
      for (const { url } of [own, peer]) {
        await call(url, 'PUT', `/${index}`, body)
        const { errors } = (await call(url, 'POST', `/${index}/_bulk?refresh=true`, text)) as Json
        expect(errors).toBe(false)
      }
    }

    async function fillMixed(): Promise<void> {
      if (isFilled) return
      const settings = { number_of_shards: 1, number_of_replicas: 0 }
      const mappings = { properties: RANDOM_PROPERTIES }
      await fill('mixed', randomDocuments(400, 3), { settings, mappings })
      isFilled = true
    }

    async function searched(url: string, index: string, bodies: readonly Json[]) {
      const lines = bodies.flatMap((body) => [{ index }, body])
      const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
      const { responses } = (await call(url, 'POST', '/_msearch', text)) as { responses: unknown[] }
      return responses
    }

    /** Runs the searches on both sides; returns the differences, with what was asked. */
    async function differences(index: string, bodies: readonly Json[]): Promise<readonly string[]> {
      const found: string[] = []
      for (let start = 0; start < bodies.length && found.length < SHOWN; start += AT_A_TIME) {
        const batch = bodies.slice(start, start + AT_A_TIME)
        const [ours, theirs] = await Promise.all([
          searched(own.url, index, batch),
          searched(peer.url, index, batch),
        ])
        for (const [place, body] of batch.entries()) {
          const told = difference(meaning(ours[place]), meaning(theirs[place]))
          if (told === undefined) continue
          const errors = [ours[place], theirs[place]].map((answer) =>
            String(JSON.stringify((answer as Json).error)).slice(0, 300),
          )
          found.push(`${JSON.stringify(body)}\n    ${told}\n    ${errors.join('\n    ')}`)
        }
      }
      return found
    }

    it('answers alike over documents of every type', async () => {
      await fillMixed()
      const search = fc
        .tuple(queryOf(), pageOf)
        .map(([query, page]) => ({ query, ...page, track_total_hits: true }))
      const bodies = fc.sample(search, { numRuns: SEARCHES, seed: SEED })
      expect((await differences('mixed', bodies)).join('\n')).toBe('')
    }, 900_000)

    it('aggregates alike', async () => {
      await fillMixed()
      const search = fc
        .tuple(queryOf(), aggregationsOf)
        .map(([query, aggs]) => ({ size: 0, query, aggs, track_total_hits: true }))
      const bodies = fc.sample(search, { numRuns: SEARCHES, seed: SEED })
      expect((await differences('mixed', bodies)).join('\n')).toBe('')
    }, 900_000)

    it.each(['vi', 'zh'] as const)(
      'answers alike over texts in %s',
      async (language) => {
        const settings = { number_of_shards: 1, number_of_replicas: 0, ...FOLDING }
        const properties = { ...RANDOM_PROPERTIES, txt: { type: 'text', analyzer: 'folding' } }
        const documents = languageDocuments(language, 600)
        await fill(`texts-${language}`, documents, { settings, mappings: { properties } })
        const words = wordsOf(documents)
        const search = fc
          .tuple(queryOf(fc.constantFrom(...words), false), pageOf)
          .map(([query, page]) => ({ query, ...page, track_total_hits: true }))
        const bodies = fc.sample(search, { numRuns: Math.ceil(SEARCHES / 5), seed: SEED })
        expect((await differences(`texts-${language}`, bodies)).join('\n')).toBe('')
      },
      900_000,
    )
  },
)

/** Some words of the texts, with and without their marks; of Chinese a few characters each. */
function wordsOf(documents: readonly Json[]): readonly string[] {
  const words = documents.slice(0, 60).flatMap(({ txt }) => {
    const text = String(txt)
    const runs = text.match(/\p{Script=Han}{2,4}/gu) ?? []
    return [...runs, ...(text.match(/[\p{Script=Latin}\p{M}]{2,}/gu) ?? [])]
  })
  const folded = words.map((word) => word.normalize('NFD').replace(/\p{M}/gu, ''))
  return [...new Set([...words, ...folded])].slice(0, 900)
}
