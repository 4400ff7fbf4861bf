import { z } from 'zod'

/** Version of what lies in a repository. */
export const REPOSITORY_FORMAT = 1

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().min(0)
const json = z.record(z.string(), z.unknown())

/** A file, cut into parts that are objects of the repository, named by their hash. */
const file = z.object({
  bytes: count,
  sha256,
  parts: z.array(z.object({ sha256, bytes: count })),
})

const position = z.object({
  journal: z.number().int(),
  name: z.string(),
  next: count,
  rows: z.number().int(),
})

const day = z.object({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  prefixes: z.array(z.object({ prefix: z.string(), rows: count })),
  positions: z.array(position),
  edition: z.number().int(),
  columns: file,
  text: file,
})

const index = z.object({
  name: z.string(),
  uuid: z.string(),
  createdMs: z.number(),
  rolledOverMs: z.number().optional(),
  settings: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  aliases: z.record(z.string(), json),
  isOpen: z.boolean(),
  dataStream: z.string().optional(),
  documents: count,
  next: count,
  file,
})

const stream = z.object({
  name: z.string(),
  timestampField: z.string(),
  indices: z.array(z.string()),
  generation: count,
  template: z.string(),
  isHidden: z.boolean(),
})

const globalState = z.object({
  templates: z.record(z.string(), json),
  componentTemplates: z.record(z.string(), json),
  legacyTemplates: z.record(z.string(), json),
  policies: z.record(z.string(), json),
  settings: z.record(z.string(), z.string()),
})

const manifest = z.object({
  format: z.literal(REPOSITORY_FORMAT),
  snapshot: z.string(),
  uuid: z.string(),
  /** Of the product that took it. */
  version: z.string(),
  /** Identity of the data folder that it was taken from. */
  installation: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  /** Why it did not come about; then it has nothing in it. */
  failure: z.string().optional(),
  metadata: json.optional(),
  includesGlobalState: z.boolean(),
  /** Every record before these positions is in its day. */
  journals: z.array(z.object({ name: z.string(), number: count, position: count })),
  days: z.array(day),
  indices: z.array(index),
  streams: z.array(stream),
  /** Aliases given to log indices, by the name of the index. */
  logAliases: z.record(z.string(), z.record(z.string(), json)),
  global: globalState.optional(),
  /** Bytes that the repository did not have before. */
  addedBytes: count,
  addedFiles: count,
})

export type SnapshotFile = z.output<typeof file>
export type SnapshotDay = z.output<typeof day>
export type SnapshotIndex = z.output<typeof index>
export type GlobalState = z.output<typeof globalState>
/** All that is known of a snapshot besides the bytes of its files. */
export type SnapshotManifest = z.output<typeof manifest>

/** Reads a manifest; a text says why it cannot be read. */
export function parseManifest(bytes: Uint8Array): SnapshotManifest | string {
  try {
    const parsed = manifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return parsed.success ? parsed.data : z.prettifyError(parsed.error)
  } catch {
    return 'it is not JSON'
  }
}

/** Every file of a snapshot. */
export function filesOf({ days, indices }: SnapshotManifest): readonly SnapshotFile[] {
  return [
    ...days.flatMap(({ columns, text }) => [columns, text]),
    ...indices.map((each) => each.file),
  ]
}
