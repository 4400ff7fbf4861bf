import type { SnapshotSize, SnapshotView } from '../../elastic/index.ts'
import { indexName } from '../../record/index.ts'
import type {
  SnapshotDay,
  SnapshotFile,
  SnapshotIndex,
  SnapshotManifest,
} from '../../store/index.ts'

/** Names of the log indices of a day. */
export function logNames({ day, prefixes }: Pick<SnapshotDay, 'day' | 'prefixes'>): string[] {
  return prefixes.map(({ prefix }) => indexName(prefix, day))
}

/** A finished snapshot as it is told to clients. */
export function snapshotView(repository: string, manifest: SnapshotManifest): SnapshotView {
  const { days, indices, streams, failure, metadata } = manifest
  const sizes = Object.fromEntries([...days.flatMap(daySizes), ...indices.map(indexSize)])
  const all = [...days.flatMap(dayFiles), ...indices.map(({ file }) => file)]
  return {
    repository,
    name: manifest.snapshot,
    uuid: manifest.uuid,
    version: manifest.version,
    state: failure === undefined ? 'SUCCESS' : 'FAILED',
    ...(failure !== undefined && { reason: failure }),
    indices: Object.keys(sizes),
    dataStreams: streams.map(({ name }) => name),
    includesGlobalState: manifest.includesGlobalState,
    ...(metadata !== undefined && { metadata }),
    startMs: manifest.startMs,
    endMs: manifest.endMs,
    done: Object.keys(sizes).length,
    total: sizeOf(all),
    added: { files: manifest.addedFiles, bytes: manifest.addedBytes },
    sizes,
  }
}

function dayFiles({ columns, text }: SnapshotDay): readonly SnapshotFile[] {
  return [columns, text]
}

/** Each index of a day gets the part of its records. */
function daySizes(day: SnapshotDay): readonly (readonly [string, SnapshotSize])[] {
  const { bytes, files } = sizeOf(dayFiles(day))
  const rows = day.prefixes.reduce((sum, prefix) => sum + prefix.rows, 0)
  return day.prefixes.map((prefix) => [
    indexName(prefix.prefix, day.day),
    { files, bytes: Math.round((bytes * prefix.rows) / Math.max(1, rows)) },
  ])
}

function indexSize({ name, file }: SnapshotIndex): readonly [string, SnapshotSize] {
  return [name, sizeOf([file])]
}

function sizeOf(files: readonly SnapshotFile[]): SnapshotSize {
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}
