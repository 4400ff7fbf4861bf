import { mkdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import {
  type Clock,
  type Config,
  type Logger,
  type Remote,
  remoteThread,
} from '../../kernel/index.ts'
import {
  type DayEntry,
  type IndexTable,
  Manifest,
  StoreReader,
  type TextReader,
} from '../../store/index.ts'
import type { ColumnsService, ColumnsStatus } from './columns-service.ts'
import { DayCopies } from './day-copies.ts'
import { DayWork } from './day-work.ts'
import type { DocumentsService } from './documents-service.ts'
import { IndexRefresher } from './index-refresher.ts'
import { Positions } from './positions.ts'
import { Sealing } from './sealing.ts'
import { Standstill } from './standstill.ts'
import type { TextService, TextStatus } from './text-service.ts'
import { THREAD_LIMITS, type ThreadSettings, threadFile } from './thread-settings.ts'
import { Turns } from './turns.ts'

interface LogStoreOptions {
  /** Folder of the store. */
  readonly folder: string
  /** Folders of the journals to follow, by name. A name keeps its meaning for ever. */
  readonly journals: Readonly<Record<string, string>>
  readonly config: Pick<Config, 'store' | 'pipeline' | 'prices'>
  readonly clock: Clock
  readonly logger: Logger
  /** Is told once when a thread has died: the store is of no use any more. */
  readonly onFailure: (error: unknown) => void
}

interface LogStoreStatus {
  readonly text: TextStatus
  readonly columns: ColumnsStatus
  /** Memory of the whole process, bytes. */
  readonly residentBytes: number
}

/** The store with the threads that fill it from the journals. */
export interface LogStore {
  /** Reads what the store holds. */
  readonly reader: StoreReader
  /** Sets up document indices and writes to them. */
  readonly documents: Remote<DocumentsService>
  /** Makes findable what was written to them; also done by itself, every second. */
  readonly refresher: IndexRefresher
  /** Tables of the document indices that have documents to find. */
  indexTables(): Promise<readonly IndexTable[]>
  status(): Promise<LogStoreStatus>
  /** The days whose state is known, ascending. */
  days(): readonly DayEntry[]
  /** Seals the past days that have been quiet for long enough; also done by itself. */
  sealDays(): Promise<void>
  /**
   * Deletes all records of a day. With `prefixes` only theirs, should others have come in the
   * meantime.
   */
  dropDay(day: string, prefixes?: readonly string[]): Promise<void>
  /** Deletes the records of some prefixes of a day. */
  erasePrefixes(day: string, prefixes: readonly string[]): Promise<void>
  /** Takes prompts, answers and bodies away from the records of a day; their columns stay. */
  stripBodies(day: string): Promise<void>
  /** Closes what is still open of deleted files, so that their room is free. */
  freeDeleted(): Promise<void>
  /** Copies days out of the store and back. */
  readonly copies: DayCopies
  close(): Promise<void>
}

const SEALING_LOOK_MS = 60_000
const REFRESH_MS = 1000
const MINUTE_MS = 60_000

/**
 * Opens the store and starts its threads. A thread that dies is not started again: the process
 * is to end, its supervisor starts it anew and the journals fill the gap.
 */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { folder, config, clock, logger } = options
  mkdirSync(folder, { recursive: true })
  const manifest = Manifest.open(folder)
  const threads = new Threads(threadSettings(options, manifest), options)
  await Promise.all([threads.text.status(), threads.columns.status()])
  const { text, columns, documents } = threads
  const refresher = await IndexRefresher.open({ documents, columns, logger })
  const stopRefreshing = refresher.every(REFRESH_MS)
  const afterMs = config.store.seal_after_minutes * MINUTE_MS
  const turns = new Turns()
  const standstill = new Standstill(text, columns)
  const days = { manifest, text, columns, standstill, turns, logger }
  const work = new DayWork({ ...days, texts: threads.texts, onFailure: options.onFailure })
  work.begin()
  const sealing = new Sealing({ manifest, text, columns, clock, logger, afterMs, turns })
  const stopSealing = sealing.every(SEALING_LOOK_MS)
  return {
    reader: new StoreReader({ columns, text: threads.texts }),
    documents,
    refresher,
    indexTables: () => columns.indexTables(),
    days: () => manifest.days(),
    sealDays: () => sealing.look(),
    async status() {
      const [textStatus, columnsStatus] = await Promise.all([text.status(), columns.status()])
      return {
        text: textStatus,
        columns: columnsStatus,
        residentBytes: process.memoryUsage.rss(),
      }
    },
    dropDay: (day, prefixes) => work.drop(day, prefixes),
    erasePrefixes: (day, prefixes) => work.erase(day, prefixes),
    stripBodies: (day) => work.stripBodies(day),
    freeDeleted: () => threads.texts.closeGone(),
    copies: new DayCopies({ ...days, folder, journals: Object.keys(options.journals) }),
    async close() {
      stopSealing()
      stopRefreshing()
      // what is being done to a day comes to its end
      await turns.take(async () => {})
      await refresher.close()
      await threads.close()
      manifest.close()
    },
  }
}

function threadSettings(
  { folder, journals, config }: LogStoreOptions,
  manifest: Manifest,
): ThreadSettings {
  const followed = Object.entries(journals).map(([name, path]) => ({
    name,
    number: manifest.journalNumber(name),
    folder: path,
  }))
  return {
    folder,
    journals: followed,
    config: { store: config.store, pipeline: config.pipeline, prices: config.prices },
    committed: Positions.create(followed.length).buffer,
  }
}

/** The threads of the store. Text leads, columns follow, `texts` answers reads of text files. */
class Threads {
  readonly text: Remote<TextService>
  readonly columns: Remote<ColumnsService>
  readonly texts: Remote<TextReader>
  /** Document indices; their columns are moved over by the refresher. */
  readonly documents: Remote<DocumentsService>
  readonly #workers: Worker[] = []
  readonly #options: LogStoreOptions
  #closing: boolean = false

  constructor(settings: ThreadSettings, options: LogStoreOptions) {
    this.#options = options
    this.text = this.#start('text-thread', settings)
    this.columns = this.#start('columns-thread', settings)
    this.texts = this.#start('reader-thread', settings)
    this.documents = this.#start('documents-thread', settings)
  }

  #start<T>(name: string, settings: ThreadSettings): Remote<T> {
    const worker = new Worker(threadFile(name), {
      workerData: settings,
      name,
      resourceLimits: THREAD_LIMITS,
    })
    worker.on('error', (error) => this.#failed(name, error))
    worker.on('exit', () => this.#failed(name, new Error(`${name} ended`)))
    this.#workers.push(worker)
    return remoteThread<T>(worker)
  }

  #failed(thread: string, error: unknown): void {
    if (this.#closing) return
    this.#closing = true
    this.#options.logger.fatal({ thread, err: error }, 'thread of the log store died')
    this.#options.onFailure(error)
  }

  async close(): Promise<void> {
    this.#closing = true
    // First who leads, then who follows: the columns catch up with the last text.
    await this.text.close()
    await this.columns.close()
    await this.documents.close()
    await this.texts.close()
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}
