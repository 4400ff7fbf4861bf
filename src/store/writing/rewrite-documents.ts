import type { DatabaseSync } from 'node:sqlite'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
/** Blocks rewritten in one transaction: some milliseconds. */
const STEP_BLOCKS = 8

/** What becomes of a document, a line of JSON with its row in front; undefined: it goes. */
export type RewriteLine = (line: string, row: number) => string | undefined

/** Packs the lines of a block as they are stored. */
export function packLines(lines: readonly string[]): Uint8Array {
  return zstdCompressSync(lines.join('\n'), COMPRESSION)
}

/**
 * Passes every document of a day's text file through `rewrite`, in steps that are a transaction
 * each; those that are added between them may be passed over. Blocks keep the rows
 * between which they lie.
 */
export function* rewriteDocuments(
  database: DatabaseSync,
  rewrite: RewriteLine,
  transaction: (work: () => void) => void,
): Generator<void> {
  // first those that wait: what goes into a block meanwhile was passed through already
  transaction(() => rewritePending(database, rewrite))
  yield
  const next = database.prepare(
    'SELECT first_row, data FROM blocks WHERE first_row > ? ORDER BY first_row LIMIT ?',
  )
  const change = database.prepare('UPDATE blocks SET data = ? WHERE first_row = ?')
  const remove = database.prepare('DELETE FROM blocks WHERE first_row = ?')
  for (let from = -1; ; ) {
    const blocks = next.all(from, STEP_BLOCKS)
    if (blocks.length === 0) break
    transaction(() => {
      for (const { first_row: first, data } of blocks) {
        const lines = zstdDecompressSync(data as Uint8Array)
          .toString('utf8')
          .split('\n')
        const kept = rewritten(lines, rewrite)
        if (kept.length === 0) remove.run(first!)
        else if (kept.some((line, place) => line !== lines[place]) || kept.length < lines.length) {
          change.run(packLines(kept), first!)
        }
      }
    })
    from = Number(blocks.at(-1)!.first_row)
    yield
  }
}

function rewritePending(database: DatabaseSync, rewrite: RewriteLine): void {
  const change = database.prepare('UPDATE pending SET data = ? WHERE row = ?')
  const remove = database.prepare('DELETE FROM pending WHERE row = ?')
  for (const { row, data } of database.prepare('SELECT row, data FROM pending').all()) {
    const [kept] = rewritten([String(data)], rewrite)
    if (kept === undefined) remove.run(row!)
    else if (kept !== data) change.run(kept, row!)
  }
}

function rewritten(lines: readonly string[], rewrite: RewriteLine): readonly string[] {
  return lines.flatMap((line) => {
    const kept = rewrite(line, rowOf(line))
    return kept === undefined ? [] : [kept]
  })
}

const ROW = '{"row":'

function rowOf(line: string): number {
  const end = line.indexOf(',')
  return Number(line.slice(ROW.length, end === -1 ? -1 : end))
}
