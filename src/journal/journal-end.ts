import { stat } from 'node:fs/promises'
import { listSegments, SEGMENT_HEADER_BYTES } from './segment.ts'

/** About where a journal ends that another process writes, as a position. 0 when there is none yet. */
export async function journalEnd(folder: string): Promise<number> {
  try {
    const newest = (await listSegments(folder)).at(-1)
    if (newest === undefined) return 0
    const { size } = await stat(newest.path)
    return newest.base + Math.max(0, size - SEGMENT_HEADER_BYTES)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
