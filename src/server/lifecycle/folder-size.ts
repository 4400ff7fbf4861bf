import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK_BYTES = 512

/** Room that a folder takes on its disk, bytes. What vanishes meanwhile counts as nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(orNothing([]))
  let sum = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) sum += await folderBytes(path)
    else sum += await lstat(path).then(({ blocks }) => blocks * BLOCK_BYTES, orNothing(0))
  }
  return sum
}

function orNothing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing
    throw error
  }
}
