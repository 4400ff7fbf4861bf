import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textPlaces, wireOf } from '../support/hostile-changes.ts'
import { countOf, fill, HOSTILE_DOCUMENTS } from '../support/hostile-server.ts'
import { REQUEST_TEMPLATES } from '../support/hostile-templates.ts'
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts'
import { ask, faultOf, type WireRequest } from '../support/hostile-wire.ts'
import { type OwnSearch, startOwnSearch } from '../support/own-search.ts'

const RECORDS = 3_000
/** Texts put into each place; the next place gets the next ones. */
const TEXTS_EACH = 9
const AT_A_TIME = 8

interface NamedRequest {
  readonly name: string
  readonly wire: WireRequest
}

let server: OwnSearch

beforeAll(async () => {
  server = await startOwnSearch()
  await fill(server.url, RECORDS)
})
afterAll(() => server.close())

/** What was wrong with the answers, by request. */
async function faultsOf(requests: readonly NamedRequest[]): Promise<readonly string[]> {
  const faults: string[] = []
  const left = requests.values()
  const worker = async () => {
    for (const { name, wire } of left) {
      const answer = await ask(server.url, wire).catch((error: Error) => error)
      const fault = answer instanceof Error ? answer.message : faultOf(answer)
      if (fault !== undefined) faults.push(`${fault}: ${name}`)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return faults
}

function* hostileRequests(): Iterable<NamedRequest> {
  let next = 0
  for (const template of REQUEST_TEMPLATES) {
    for (const { name, put } of textPlaces(template)) {
      for (let count = 0; count < TEXTS_EACH; count++) {
        const text = HOSTILE_TEXTS[next++ % HOSTILE_TEXTS.length]!
        yield { name: `${name} ${JSON.stringify(text.slice(0, 50))}`, wire: put(text) }
      }
    }
  }
}

describe('a server that is asked with hostile texts', () => {
  it('answers each request as it stands, or refuses it as Elasticsearch does', async () => {
    const requests = REQUEST_TEMPLATES.map((template) => ({
      name: `${template.path} ${JSON.stringify(template.body)}`,
      wire: wireOf(template),
    }))
    expect(await faultsOf(requests)).toEqual([])
  })

  it('never fails, whatever text stands in whichever place', async () => {
    const outside = readdirSync(tmpdir())
    const requests = [...hostileRequests()]
    expect(requests.length).toBeGreaterThan(10_000)
    expect(await faultsOf(requests)).toEqual([])
    const added = readdirSync(tmpdir()).filter((name) => !outside.includes(name))
    expect(added.filter((name) => /etc|DROP|passwd|\.\./.test(name))).toEqual([])
  })

  it('has all records and documents afterwards', async () => {
    expect(await countOf(server.url, 'holysheep-requests-*')).toBe(RECORDS)
    expect(await countOf(server.url, 'docs')).toBe(HOSTILE_DOCUMENTS)
  })
})
