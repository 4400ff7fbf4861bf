import { createHash } from 'node:crypto'
import type { IndexEntry } from '../search/index.ts'
import type { CatColumn } from './cat-table.ts'
import { NODE_ID } from './error-answer.ts'

/** The version whose wire format is spoken. */
const VERSION = {
  number: '8.11.0',
  build_flavor: 'default',
  build_type: 'tar',
  build_hash: 'd9ec3fa628c7b0ba3d25692e277ba26814820b20',
  build_date: '2023-11-04T10:04:57.184859352Z',
  build_snapshot: false,
  lucene_version: '9.8.0',
  minimum_wire_compatibility_version: '7.17.0',
  minimum_index_compatibility_version: '7.0.0',
} as const

/** Answer to `GET /`. */
export function rootAnswer(clusterUuid: string) {
  return {
    name: NODE_ID,
    cluster_name: NODE_ID,
    cluster_uuid: clusterUuid,
    version: VERSION,
    tagline: 'You Know, for Search',
  }
}

/** Answer to `_cluster/health`: one node, no replicas, so green whenever it answers. */
export function healthAnswer(indices: number) {
  return {
    cluster_name: NODE_ID,
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: indices,
    active_shards: indices,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  }
}

/** An id in Elasticsearch's form that is always the same for a name. */
export function uuidOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22)
}

function documents({ day, prefix }: IndexEntry): number {
  return day.prefixes.find((known) => known.prefix === prefix)?.rows ?? 0
}

/** Indices of a day share its files; each gets the part of its documents. */
function bytes(entry: IndexEntry): number {
  const all = entry.day.prefixes.reduce((sum, { rows }) => sum + rows, 0)
  return all === 0 ? 0 : (entry.day.bytes * documents(entry)) / all
}

const SIZE_UNITS = ['b', 'kb', 'mb', 'gb', 'tb'] as const

function sizeText(size: number): string {
  let value = size
  let unit = 0
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const text = unit === 0 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')
  return `${text}${SIZE_UNITS[unit]}`
}

/** Columns of `_cat/indices`. */
export const INDEX_COLUMNS: readonly CatColumn<IndexEntry>[] = [
  { name: 'health', aliases: ['h'], text: () => 'green' },
  { name: 'status', aliases: ['s'], text: () => 'open' },
  { name: 'index', aliases: ['i', 'idx'], text: ({ name }) => name },
  { name: 'uuid', aliases: ['id'], text: ({ name }) => uuidOf(name) },
  { name: 'pri', aliases: ['p'], alignRight: true, text: () => '1' },
  { name: 'rep', aliases: ['r'], alignRight: true, text: () => '0' },
  {
    name: 'docs.count',
    aliases: ['dc', 'docsCount'],
    alignRight: true,
    text: (entry) => String(documents(entry)),
  },
  { name: 'docs.deleted', aliases: ['dd', 'docsDeleted'], alignRight: true, text: () => '0' },
  {
    name: 'store.size',
    aliases: ['ss', 'storeSize'],
    alignRight: true,
    text: (entry) => sizeText(bytes(entry)),
  },
  {
    name: 'pri.store.size',
    aliases: [],
    alignRight: true,
    text: (entry) => sizeText(bytes(entry)),
  },
]
