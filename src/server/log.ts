import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  fastify,
  LogController,
} from 'fastify'
import { consoleRoutes } from '../console/index.ts'
import { DocumentWriter, elasticRoutes } from '../elastic/index.ts'
import { type Journal, openJournal } from '../journal/index.ts'
import type { Clock, Config, Logger } from '../kernel/index.ts'
import { AsyncSearches, Cursors, Search } from '../search/index.ts'
import { cleaningUp } from './cleaning-up.ts'
import { consoleStatus } from './console-status.ts'
import { type ElasticEngine, openElasticEngine } from './elastic-engine/index.ts'
import { installationId } from './installation-id.ts'
import { JournalIntake } from './journal-intake.ts'
import { journalFolders, journalLimits } from './journals.ts'
import { type Lifecycle, startLifecycle } from './lifecycle/index.ts'
import { listening, listenOnLoopback } from './listening.ts'
import { type LogStore, openLogStore, ServedIndices } from './log/index.ts'
import type { LogSettings } from './log-settings.ts'
import { VERSION } from './product.ts'
import type { Running } from './running.ts'
import { StoreSnapshots } from './snapshots/index.ts'

interface Context {
  readonly clock: Clock
  readonly logger: Logger
}

/** Where the records are; at least one. */
interface Engines {
  readonly store: LogStore | undefined
  readonly cluster: ElasticEngine | undefined
}

const UI_FOLDER = fileURLToPath(new URL('../../ui/dist', import.meta.url))
const MIB = 2 ** 20
const MAX_NAMES_LENGTH = 16_384

/**
 * Starts store, search API and console on a data folder. A thread of the store that dies ends
 * the process: its supervisor starts another, and the journals fill the gap.
 *
 * @throws AppError JOURNAL_IN_USE, PORT_IN_USE
 */
export function startLog(settings: LogSettings, context: Context): Promise<Running<LogSettings>> {
  return cleaningUp((opened) => openLog(settings, context, opened))
}

async function openLog(
  settings: LogSettings,
  context: Context,
  opened: AsyncDisposableStack,
): Promise<Running<LogSettings>> {
  const { config, data } = settings
  let shown = settings
  const { clock, logger } = context
  const limits = journalLimits(config)
  const { intake: folder } = journalFolders(data)
  const intake = await openJournal({ folder, ...limits, clock, logger })
  opened.defer(() => intake.close())
  const { store, cluster } = await openEngines(settings, context, opened)
  const { elastic, lifecycle } = elasticInterface(
    settings,
    { store, cluster },
    intake,
    context,
    opened,
  )
  const searchApp = opened.adopt(httpServer(config, logger), (app) => app.close())
  await searchApp.register(elastic)
  const consoleApp = opened.adopt(httpServer(config, logger), (app) => app.close())
  const status = consoleStatus(() => shown, { store, cluster, lifecycle }, clock)
  await consoleApp.register(
    consoleRoutes({ uiFolder: UI_FOLDER, version: VERSION, status, elastic }),
  )
  const { listen } = config
  const ports = {
    search: await listening(() => listenOnLoopback(searchApp, listen.search), 'listen.search'),
    console: await listening(() => listenOnLoopback(consoleApp, listen.console), 'listen.console'),
  }
  return {
    ports,
    reload(next) {
      logger.level = next.config.log_level
      shown = next
    },
    stop: () => opened.disposeAsync(),
  }
}

/** Opens what the records are stored in: the embedded store, a cluster, or both. */
async function openEngines(
  { config, data }: LogSettings,
  { clock, logger }: Context,
  opened: AsyncDisposableStack,
): Promise<Engines> {
  const options = {
    folder: join(data, 'store'),
    journals: journalFolders(data),
    config,
    clock,
    logger,
    onFailure(error: unknown) {
      throw error
    },
  }
  const { engine } = config.search
  const cluster = engine === 'embedded' ? undefined : await openElasticEngine(options)
  if (cluster !== undefined) opened.defer(() => cluster.close())
  const store = engine === 'elasticsearch' ? undefined : await openLogStore(options)
  if (store !== undefined) opened.defer(() => store.close())
  return { store, cluster }
}

interface ElasticInterface {
  readonly elastic: FastifyPluginAsync
  /** Of the store, where there is one. */
  readonly lifecycle: Lifecycle | undefined
}

/**
 * The Elasticsearch API, over the store where there is one; the same one for its own port and for
 * the console.
 */
function elasticInterface(
  { config, data }: LogSettings,
  { store, cluster }: Engines,
  journal: Journal,
  { clock, logger }: Context,
  opened: AsyncDisposableStack,
): ElasticInterface {
  const maxBodyBytes = config.search.max_body_mb * MIB
  if (store === undefined) {
    return { elastic: cluster!.plugin(journal, maxBodyBytes), lifecycle: undefined }
  }
  const place = Object.keys(journalFolders(data)).indexOf('intake')
  const intake = new JournalIntake(journal, async () => {
    const { columns } = await store.status()
    return columns.positions[place] ?? 0
  })
  const storeFolder = join(data, 'store')
  const recordsVisible = () => intake.visible(journal.status().end)
  const served = new ServedIndices({ store, storeFolder, recordsVisible })
  const indices = served.served()
  const { timeout_ms: timeoutMs } = config.search
  const search = new Search({ reader: store.reader, indices: served, clock, timeoutMs })
  const installation = installationId(data)
  const snapshots = new StoreSnapshots({
    store,
    storeFolder,
    indices,
    documents: served.restored(),
    config: config.snapshots,
    installation,
    version: VERSION,
    clock,
    logger,
  })
  opened.defer(() => snapshots.close())
  const lifecycle = startLifecycle({ data, config, store, indices, clock, logger })
  opened.defer(() => lifecycle.stop())
  const options = {
    search,
    indices,
    clock,
    cursors: new Cursors({ search, holds: served, clock }),
    asyncSearches: new AsyncSearches(clock),
    writer: new DocumentWriter({ search, intake, clock, logger }),
    logger,
    clusterUuid: installation,
    maxBodyBytes,
    snapshots,
  }
  return { elastic: (app) => elasticRoutes(app, options), lifecycle }
}

function httpServer({ search }: Config, logger: Logger): FastifyInstance {
  // what it says of itself at info, its addresses, `up` prints for a person to read
  const loggerInstance: FastifyBaseLogger = logger.child(
    {},
    { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level },
  )
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: search.max_body_mb * MIB,
    // names of indices come in long lists
    routerOptions: { maxParamLength: MAX_NAMES_LENGTH },
    // a page that keeps its connection open must not hold up the stop
    forceCloseConnections: true,
  })
}
