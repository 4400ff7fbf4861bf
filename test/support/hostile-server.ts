import { HOSTILE_MAPPING, hostileDocuments, recordBulks } from './hostile-records.ts'
import { ask, askJson } from './hostile-wire.ts'

export const HOSTILE_DOCUMENTS = 2_000

/** Fills a server with log records of four days and the index `docs`, to be searched. */
export async function fill(url: string, records: number): Promise<void> {
  for (const body of recordBulks(records, 4, 3_000)) {
    await expectStored(url, '/holysheep-requests/_bulk?refresh=true', body)
  }
  const made = await ask(url, {
    method: 'PUT',
    path: '/docs',
    body: JSON.stringify({ mappings: HOSTILE_MAPPING }),
  })
  if (made.status !== 200) throw new Error(made.text)
  await expectStored(url, '/docs/_bulk?refresh=true', hostileDocuments(HOSTILE_DOCUMENTS))
}

async function expectStored(url: string, path: string, body: string): Promise<void> {
  const { status, text } = await ask(url, { path, body })
  if (status !== 200 || text.includes('"errors":true')) throw new Error(text.slice(0, 500))
}

/** Counts what an index or pattern holds. */
export async function countOf(url: string, index: string): Promise<number> {
  const { status, text } = await askJson(url, `/${index}/_count`, {})
  if (status !== 200) throw new Error(text.slice(0, 500))
  return (JSON.parse(text) as { readonly count: number }).count
}
