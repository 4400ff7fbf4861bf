import type { IndexMeta } from '../search/index.ts'
import type { Json } from './index-body-reader.ts'

/** Where snapshots are kept, as it was put. */
export interface RepositoryMeta {
  /** `fs` or `s3`. */
  readonly type: string
  readonly settings: Readonly<Record<string, string>>
}

/** How much of something a snapshot has. */
export interface SnapshotSize {
  readonly files: number
  readonly bytes: number
}

/** A snapshot as it is told to clients. */
export interface SnapshotView {
  readonly repository: string
  readonly name: string
  readonly uuid: string
  /** Of the product that took it. */
  readonly version: string
  readonly state: 'IN_PROGRESS' | 'SUCCESS' | 'FAILED'
  /** Why it failed. */
  readonly reason?: string
  readonly indices: readonly string[]
  readonly dataStreams: readonly string[]
  readonly includesGlobalState: boolean
  readonly metadata?: Json
  readonly startMs: number
  /** 0 while it is under way. */
  readonly endMs: number
  /** Indices that are done. */
  readonly done: number
  readonly total: SnapshotSize
  /** What of it the repository did not have before. */
  readonly added: SnapshotSize
  /** By index; those of a day share its files. */
  readonly sizes: Readonly<Record<string, SnapshotSize>>
}

/** What a snapshot is to hold. */
export interface SnapshotRequest {
  readonly name: string
  /** UTC days of log records, each with all its indices. */
  readonly days: readonly string[]
  readonly indices: readonly IndexMeta[]
  readonly includesGlobalState: boolean
  readonly metadata: Json | undefined
}

/** What of a snapshot is to be put back. */
export interface RestoreRequest {
  readonly name: string
  /** Names of its log indices; each comes with its whole day. */
  readonly logs: readonly string[]
  /** Its document indices, with the names that they are to have. */
  readonly indices: readonly { readonly from: string; readonly to: string }[]
  readonly includesGlobalState: boolean
  readonly includesAliases: boolean
}

/** What a snapshot has in it, for choosing of it. */
export interface SnapshotContent {
  readonly uuid: string
  readonly logs: readonly string[]
  readonly indices: readonly string[]
  readonly streams: readonly { readonly name: string; readonly indices: readonly string[] }[]
}

/** Takes snapshots of the running store and puts them back. Every method throws SearchFailure. */
export interface Snapshots {
  repositories(): Readonly<Record<string, RepositoryMeta>>
  /** Verifies the repository, unless told not to. */
  putRepository(name: string, meta: RepositoryMeta, isVerified: boolean): Promise<void>
  /** Forgets a repository; what lies in it stays. */
  deleteRepository(name: string): void
  verifyRepository(name: string): Promise<void>
  /** Takes away what no snapshot has. */
  cleanUp(name: string): Promise<{ readonly bytes: number; readonly blobs: number }>
  /** The snapshots of a repository, those under way at the end. */
  list(repository: string): Promise<readonly SnapshotView[]>
  /** Begins a snapshot; `done` resolves with what became of it. */
  create(
    repository: string,
    request: SnapshotRequest,
  ): Promise<{ readonly done: Promise<SnapshotView> }>
  /** Takes snapshots away; one that is under way is ended. */
  remove(repository: string, names: readonly string[]): Promise<void>
  /** Undefined when there is no such snapshot. */
  content(repository: string, name: string): Promise<SnapshotContent | undefined>
  restore(repository: string, request: RestoreRequest): Promise<void>
}
