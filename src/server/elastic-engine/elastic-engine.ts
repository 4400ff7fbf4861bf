import { Worker } from 'node:worker_threads'
import type { FastifyPluginAsync } from 'fastify'
import { DocumentWriter } from '../../elastic/index.ts'
import type { Journal } from '../../journal/index.ts'
import { type Clock, type Config, type Logger, remoteThread } from '../../kernel/index.ts'
import { ClusterClient, clusterAccess } from '../../sinks/index.ts'
import { JournalIntake } from '../journal-intake.ts'
import {
  type RemoteService,
  type RemoteSettings,
  type RemoteStatus,
  THREAD_LIMITS,
  threadFile,
} from '../log/index.ts'
import { clusterDocuments } from './cluster-documents.ts'
import { JournalWrites } from './journal-writes.ts'
import { passThrough } from './pass-through.ts'
import { RemoteIntake } from './remote-intake.ts'

export interface ElasticEngineOptions {
  /** Folder of the store: records that the cluster refuses are kept there. */
  readonly folder: string
  /** Folders of the journals to follow, by name. */
  readonly journals: Readonly<Record<string, string>>
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  /** Is told once when the thread has died. */
  readonly onFailure: (error: unknown) => void
}

/** A cluster that is filled from the journals. */
export interface ElasticEngine {
  status(): Promise<RemoteStatus>
  /** The Elasticsearch interface over the cluster; `intake` is the journal for documents. */
  plugin(intake: Journal, maxBodyBytes: number): FastifyPluginAsync
  close(): Promise<void>
}

/**
 * Starts the thread that fills a cluster. Nothing waits for the cluster: while it is away the
 * journals grow.
 *
 * @throws AppError CONFIG_INVALID when the certificates cannot be read
 */
export async function openElasticEngine(options: ElasticEngineOptions): Promise<ElasticEngine> {
  const { config, clock, journals, folder } = options
  const access = clusterAccess(config.elasticsearch)
  const settings: RemoteSettings = {
    folder,
    journals: Object.entries(journals).map(([name, path], number) => ({
      name,
      number,
      folder: path,
    })),
    access,
    config,
  }
  const thread = startThread(settings, options)
  await thread.remote.status()
  const client = new ClusterClient(access, clock)
  return {
    status: () => thread.remote.status(),
    plugin: (intake, maxBodyBytes) => {
      const writes = new JournalWrites({
        writer: documentWriter(intake, client, thread.remote, options),
        client,
      })
      const { logger } = options
      return (app) => passThrough(app, { client, writes, logger, maxBodyBytes })
    },
    async close() {
      await client.close()
      await thread.close()
    },
  }
}

type RemoteThread = ReturnType<typeof remoteThread<RemoteService>>

function startThread(settings: RemoteSettings, { logger, onFailure }: ElasticEngineOptions) {
  const name = 'remote-thread'
  const worker = new Worker(threadFile(name), {
    workerData: settings,
    name,
    resourceLimits: THREAD_LIMITS,
  })
  let closing = false
  const failed = (error: unknown) => {
    if (closing) return
    closing = true
    logger.fatal({ thread: name, err: error }, 'thread that fills the cluster died')
    onFailure(error)
  }
  worker.on('error', failed)
  worker.on('exit', () => failed(new Error(`${name} ended`)))
  const remote = remoteThread<RemoteService>(worker)
  return {
    remote,
    async close() {
      closing = true
      await remote.close()
      await worker.terminate()
    },
  }
}

function documentWriter(
  journal: Journal,
  client: ClusterClient,
  remote: RemoteThread,
  { journals, clock, logger }: ElasticEngineOptions,
): DocumentWriter {
  const place = Object.keys(journals).indexOf('intake')
  const written = async () => (await remote.status()).positions[place] ?? 0
  const durable = new JournalIntake(journal, written)
  const intake = new RemoteIntake({
    append: (documents) => durable.append(documents),
    written,
    clock,
  })
  const search = {
    documents: (index: string, ids: readonly string[]) => clusterDocuments(client, index, ids),
  }
  return new DocumentWriter({ search, intake, clock, logger })
}
