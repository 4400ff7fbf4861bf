import { join } from 'node:path'
import type { Sizes } from './documents.ts'
import type { Runs } from './measure-queries.ts'
import type { RelayRounds } from './measure-relay.ts'

/** Days over which the records lie. */
export const DAYS = 30

/** A day that is over and sealed, and not at the edge of what there is. */
const QUIET_DAY = 10
const DAY_MS = 86_400_000

/** Numbers of documents beyond those of the data set, so that none is made twice. */
export const FIRST_NUMBERS = { written: 1e9, relay: 2e9, bodies: 3e9, calibration: 4e9 } as const

/** What is measured and how long. */
export interface Plan {
  readonly sizes: Sizes
  /** Everything the run makes is in here. */
  readonly folder: string
  readonly quick: boolean
  readonly runs: Runs
  readonly relay: RelayRounds
  /** Records with bodies whose bulk rate is measured by itself. */
  readonly bodyRecords: number
  readonly peer: PeerPlan | undefined
}

/** What is measured beside Elasticsearch. */
export interface PeerPlan {
  readonly port: number
  readonly heapGb: number
  /** Default: as many as go in within `loadingSeconds`. */
  readonly records: number | undefined
  readonly loadingSeconds: number
}

/** What the command line says. */
export interface Options {
  readonly records: number
  readonly bodies: number
  readonly peer: boolean
  readonly peerRecords: number | undefined
  readonly peerPort: number
  readonly quick: boolean
  readonly folder: string
}

/** Makes the plan of a run. */
export function planOf(options: Options): Plan {
  const { records, bodies, peer, quick, folder } = options
  return {
    sizes: { records, bodies: Math.min(bodies, records) },
    folder,
    quick,
    runs: quick
      ? { warmUp: 2, count: 10, mostMs: 10_000 }
      : { warmUp: 4, count: 40, mostMs: 120_000 },
    relay: quick ? { count: 1, ms: 3_000 } : { count: 4, ms: 5_000 },
    bodyRecords: quick ? 2_000 : 50_000,
    peer: peer
      ? {
          port: options.peerPort,
          heapGb: quick ? 1 : 4,
          records: options.peerRecords ?? (quick ? records : undefined),
          loadingSeconds: 1_200,
        }
      : undefined,
  }
}

/** Folders of what is run: the product with all records, and both with as many as the peer has. */
export function foldersOf({ folder }: Plan) {
  return {
    all: join(folder, 'all'),
    some: join(folder, 'some'),
    peer: join(folder, 'elasticsearch'),
    batches: join(folder, 'batches'),
  }
}

/** Start of a UTC day whose records do not change any more, milliseconds since 1970 UTC. */
export function quietDayMs(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) - QUIET_DAY) * DAY_MS
}

const MIB = 2 ** 20

/** Bytes on disk, generously: sealing copies a day, merging segments holds some of them twice. */
const NEED = { record: 700, body: 3_500, peerRecord: 700, peerBody: 5_000, bulkRecord: 6_000 }

/** Share of the records that comes in through `_bulk`. */
const BULK_SHARE = 0.1

/** Where the number of records for the peer is not known before its rate is. */
const LIKELY_PEER_RECORDS = 12_000_000

/** Free disk space that a run needs, mebibytes. */
export function neededMegabytes({ sizes, peer }: Plan): number {
  const { records, bodies } = sizes
  const share =
    peer === undefined ? 0 : Math.min(1, (peer.records ?? LIKELY_PEER_RECORDS) / records)
  const own = records * NEED.record + bodies * NEED.body
  const others = records * NEED.peerRecord + bodies * NEED.peerBody
  const bulk = records * BULK_SHARE * NEED.bulkRecord
  return Math.ceil((own * (1 + share) + others * share + bulk) / MIB)
}
