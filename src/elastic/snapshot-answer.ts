import { NODE_ID } from './error-answer.ts'
import type { Json } from './index-body-reader.ts'
import type { SnapshotSize, SnapshotView } from './snapshots.ts'

/** Version of the index format that 8.11.0 writes. */
const INDEX_VERSION = 8_500_003

interface BodyOptions {
  /** Less, as `verbose=false` wants it. */
  readonly isBrief?: boolean
  readonly withIndices?: boolean
  readonly withRepository?: boolean
}

/** A snapshot as `GET _snapshot` answers it. */
export function snapshotBody(view: SnapshotView, options: BodyOptions = {}): Json {
  const { isBrief = false, withIndices = true, withRepository = true } = options
  const { name, uuid, repository, indices, dataStreams, state } = view
  const beginning = {
    snapshot: name,
    uuid,
    ...(withRepository && { repository }),
    ...(!isBrief && { version_id: INDEX_VERSION, version: String(INDEX_VERSION) }),
    ...(withIndices && { indices }),
    data_streams: dataStreams,
  }
  if (isBrief) return { ...beginning, state }
  return { ...beginning, ...details(view) }
}

function details(view: SnapshotView): Json {
  const { includesGlobalState, metadata, state, reason, startMs, endMs, indices } = view
  const total = indices.length
  const failed = state === 'FAILED' ? total : 0
  return {
    include_global_state: includesGlobalState,
    ...(metadata !== undefined && { metadata }),
    state,
    ...(reason !== undefined && { reason }),
    start_time: new Date(startMs).toISOString(),
    start_time_in_millis: startMs,
    end_time: new Date(endMs).toISOString(),
    end_time_in_millis: endMs,
    duration_in_millis: Math.max(0, endMs - startMs),
    failures: [],
    shards: { total, failed, successful: state === 'SUCCESS' ? total : 0 },
    feature_states: [],
  }
}

/** A snapshot as `_status` answers it. */
export function statusBody(view: SnapshotView): Json {
  const { name, repository, uuid, state, includesGlobalState, indices, done, total, added } = view
  const times = {
    start_time_in_millis: view.startMs,
    time_in_millis: view.endMs === 0 ? 0 : Math.max(0, view.endMs - view.startMs),
  }
  return {
    snapshot: name,
    repository,
    uuid,
    state: state === 'IN_PROGRESS' ? 'STARTED' : state,
    include_global_state: includesGlobalState,
    shards_stats: shardsStats(done, indices.length, state),
    stats: { incremental: sizeBody(added), total: sizeBody(total), ...times },
    indices: Object.fromEntries(
      indices.map((index, place) => [index, indexStatus(view, index, place < done, times)]),
    ),
  }
}

function indexStatus(
  { sizes, state }: SnapshotView,
  index: string,
  isDone: boolean,
  times: Json,
): Json {
  const size = sizes[index] ?? { files: 0, bytes: 0 }
  const stats = { incremental: sizeBody(size), total: sizeBody(size), ...times }
  const stage = state === 'FAILED' ? 'FAILURE' : isDone ? 'DONE' : 'STARTED'
  return {
    shards_stats: shardsStats(isDone ? 1 : 0, 1, state),
    stats,
    shards: { 0: { stage, stats, ...(stage === 'STARTED' && { node: NODE_ID }) } },
  }
}

function shardsStats(done: number, total: number, state: SnapshotView['state']): Json {
  const isFailed = state === 'FAILED'
  return {
    initializing: 0,
    started: isFailed ? 0 : total - done,
    finalizing: 0,
    done: isFailed ? 0 : done,
    failed: isFailed ? total : 0,
    total,
  }
}

function sizeBody({ files, bytes }: SnapshotSize): Json {
  return { file_count: files, size_in_bytes: bytes }
}
