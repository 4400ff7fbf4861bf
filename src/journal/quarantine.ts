import { link, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Bytes of a segment that are no entries, though entries may have stood there. */
export interface Damage {
  /** `missing`: entries that were written are in no file. Then there is nothing to keep. */
  readonly kind: 'damaged' | 'missing'
  /** Path of the segment in which it was noticed. */
  readonly segment: string
  readonly from: number
  /** Position at which valid entries go on. */
  readonly to: number
}

function quarantineFolder(folder: string): string {
  return join(folder, 'quarantine')
}

/**
 * Keeps a damaged segment for examination beyond its retention: as a hard link, which needs no
 * space and no time. Does nothing when it is kept already; never fails, as damage must not stop
 * who met it.
 */
export async function quarantine(folder: string, segment: string): Promise<void> {
  try {
    await mkdir(quarantineFolder(folder), { recursive: true })
    await link(segment, join(quarantineFolder(folder), basename(segment)))
  } catch {
    // Already there, already deleted, or a disk without hard links: the damage is reported anyway
  }
}

/** Counts the segments in quarantine, after removing the oldest beyond `maxBytes` in all. */
export async function trimQuarantine(folder: string, maxBytes: number): Promise<number> {
  const names = await readdir(quarantineFolder(folder)).catch((): string[] => [])
  let bytes = 0
  let kept = 0
  for (const name of names.sort().reverse()) {
    const path = join(quarantineFolder(folder), name)
    const { size } = await stat(path)
    bytes += size
    if (kept > 0 && bytes > maxBytes) await rm(path, { force: true })
    else kept++
  }
  return kept
}
