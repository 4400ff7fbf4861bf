import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { parseDocument } from './document-parser.ts'
import { Mapping } from './index-mapping.ts'
import { mappingSettings } from './mapping-settings.ts'

/**
 * Compares mappings with those that a real OpenSearch or Elasticsearch makes of the same
 * documents: `ELASTIC_PEER_URL=http://127.0.0.1:9200`, one that may be written to.
 */
const PEER = process.env.ELASTIC_PEER_URL

const INDEX = 'bellwether-dynamic-mapping'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'a.b', 'c.d.e', 'Ab', 'x y', 'é', '_x', '1')

const text = fc.oneof(
  fc.constantFrom('', 'x', '12', '1e5', 'NaN', '2026', '2026-01', '2026-01-05', '2026/01/05', '5.'),
  fc.constantFrom('2026-01-05T10', '2026-01-05T10:20Z', '2026-01-05T10:20:30.123456+07:00'),
  fc.constantFrom('2026/01/05 10:20:30', '2026-1-5', '2026-02-30', '10:20', '2026-01-05 10:20:30'),
  fc.string({ maxLength: 5 }),
)

/** JSON texts: numbers keep the form in which they are written. */
const json = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '0', '-1', '1.0', '1e3', '2.50', '9007199254740993'),
    text.map((value) => JSON.stringify(value)),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }).map(String),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 4, selector: ([key]) => key })
    .map(
      (entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`,
    ),
}))

async function peer(method: string, path: string, body?: string) {
  const answer = await fetch(`${PEER}/${INDEX}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
  })
  return { ok: answer.ok, body: await answer.text() }
}

/** The mapping that the engine makes; undefined when it refuses one of the documents. */
async function theirs(documents: readonly string[]): Promise<unknown> {
  await peer('DELETE', '')
  await peer('PUT', '', '{"settings":{"number_of_replicas":0}}')
  for (const document of documents) {
    if (!(await peer('POST', '/_doc', document)).ok) return undefined
  }
  const { body } = await peer('GET', '/_mapping')
  // one engine names what a date is printed with, too
  return JSON.parse(body, (key, value: unknown) => (key === 'print_format' ? undefined : value))[
    INDEX
  ].mappings
}

function ours(documents: readonly string[]): unknown {
  let mapping = Mapping.parse({}, mappingSettings({}))
  for (const document of documents) {
    const result = parseDocument(mapping, document, { id: 'x' })
    if (!result.ok) throw new Error(result.failure.reason)
    mapping = result.mapping
  }
  return mapping.toJson()
}

describe.skipIf(PEER === undefined)(
  'dynamic mapping beside that of a real engine (skipped without ELASTIC_PEER_URL)',
  () => {
    afterEach(() => peer('DELETE', ''))

    it('maps documents as the engine does that takes them', { timeout: 300_000 }, async () => {
      let compared = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(json.object, { minLength: 1, maxLength: 3 }),
          async (documents) => {
            const expected = await theirs(documents)
            if (expected === undefined) return
            compared++
            expect(ours(documents)).toEqual(expected)
          },
        ),
        { numRuns: 150 },
      )
      expect(compared).toBeGreaterThan(50)
    })
  },
)
