import { NODE_ID } from './error-answer.ts'

/** The version whose wire format is spoken. */
export const VERSION = {
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

/** What the only node does, as `_nodes` tells it. */
export const ROLES = ['data', 'data_content', 'data_hot', 'ingest', 'master'] as const

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
