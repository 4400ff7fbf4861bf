import { createHash } from 'node:crypto'
import { elasticProperties } from '../record/index.ts'
import {
  type AliasMeta,
  type IndexEntry,
  type IndexMeta,
  type IndexSize,
  type IndexState,
  logPlan,
  type ResolvedIndex,
  type Settings,
} from '../search/index.ts'
import type { Json } from './index-body-reader.ts'

/** What the administration sees of an index, whichever kind it is. */
export interface IndexView {
  readonly kind: 'log' | 'documents'
  readonly name: string
  readonly uuid: string
  readonly isOpen: boolean
  readonly isHidden: boolean
  readonly createdMs: number
  /** When another took its place; of a log index the end of its day, which may lie ahead. */
  readonly rolledOverMs: number | undefined
  readonly aliases: Readonly<Record<string, AliasMeta>>
  readonly mappings: Json
  /** Flat; with the settings that Elasticsearch makes by itself. */
  readonly settings: Settings
  readonly shards: number
  readonly replicas: number
  readonly health: 'green' | 'yellow'
  readonly dataStream: string | undefined
}

/** Version of the index format that 8.11.0 writes. */
const CREATED_VERSION = '8500003'

/** Of the settings that templates give, those that mean something to a log index. */
const LIFECYCLE = /^index\.(?:lifecycle|plugins\.index_state_management)\./

const DAY_MS = 86_400_000

const NO_SIZE: IndexSize = { documents: 0, deleted: 0, bytes: 0 }

export function indexView(found: ResolvedIndex, state: IndexState): IndexView {
  return found.kind === 'log' ? logView(found.entry, state) : documentView(found.meta)
}

function documentView(meta: IndexMeta): IndexView {
  const { name, uuid, createdMs, isOpen, aliases, mappings } = meta
  const settings: Settings = { ...meta.settings, ...ownSettings(name, uuid, createdMs) }
  const replicas = Number(settings['index.number_of_replicas'] ?? 1)
  return {
    kind: 'documents',
    name,
    uuid,
    isOpen,
    isHidden: settings['index.hidden'] === 'true',
    createdMs,
    rolledOverMs: meta.rolledOverMs,
    aliases,
    mappings,
    settings,
    shards: Number(settings['index.number_of_shards'] ?? 1),
    replicas,
    // a copy of a shard has no second node to go to
    health: replicas > 0 ? 'yellow' : 'green',
    dataStream: meta.dataStream,
  }
}

function logView({ name, day }: IndexEntry, state: IndexState): IndexView {
  const uuid = uuidOf(name)
  const createdMs = Date.parse(day.day)
  const { settings, aliases } = logPlan(name, state)
  const lifecycle = Object.entries(settings).filter(([key]) => LIFECYCLE.test(key))
  return {
    kind: 'log',
    name,
    uuid,
    isOpen: true,
    isHidden: false,
    createdMs,
    rolledOverMs: createdMs + DAY_MS,
    aliases,
    mappings: { properties: elasticProperties() },
    settings: {
      'index.number_of_shards': '1',
      'index.number_of_replicas': '0',
      ...Object.fromEntries(lifecycle),
      ...ownSettings(name, uuid, createdMs),
    },
    shards: 1,
    replicas: 0,
    health: 'green',
    dataStream: undefined,
  }
}

function ownSettings(name: string, uuid: string, createdMs: number): Settings {
  return {
    'index.creation_date': String(createdMs),
    'index.provided_name': name,
    'index.uuid': uuid,
    'index.version.created': CREATED_VERSION,
  }
}

/** An id in Elasticsearch's form that is always the same for a name. */
export function uuidOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22)
}

/** The size an index has now; `sizes` are those of the document indices. */
export function sizeOf(
  found: ResolvedIndex,
  sizes: Readonly<Record<string, IndexSize>>,
): IndexSize {
  if (found.kind === 'documents') return sizes[found.name] ?? NO_SIZE
  const { day, prefix } = found.entry
  const all = day.prefixes.reduce((sum, { rows }) => sum + rows, 0)
  const documents = day.prefixes.find((known) => known.prefix === prefix)?.rows ?? 0
  // indices of a day share its files; each gets the part of its documents
  return { documents, deleted: 0, bytes: all === 0 ? 0 : Math.round((day.bytes * documents) / all) }
}

/** The copies of shards that there would be with a node for each, and those there are. */
export function shardCounts(views: readonly IndexView[]) {
  const total = views.reduce((sum, { shards, replicas }) => sum + shards * (1 + replicas), 0)
  const successful = views.reduce((sum, { shards }) => sum + shards, 0)
  return { total, successful, failed: 0 }
}
