import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createPriceBook, type KeyBook, openAccounts } from '../../src/accounts/index.ts'
import { type Journal, openJournal, openReader } from '../../src/journal/index.ts'
import { configSchema } from '../../src/kernel/config-schema.ts'
import { type Config, systemClock } from '../../src/kernel/index.ts'
import { type CallRecord, decodeEntry, type JournalEntry } from '../../src/record/index.ts'
import { type CallJournal, createRelay, type Relay } from '../../src/relay/index.ts'
import { pollUntil } from '../support/poll-until.ts'
import { defaultAnswer, type ProviderKind } from './provider-answers.ts'
import {
  type Answer,
  cleanUpAll,
  cleanUpLater,
  startProvider,
  type TestProvider,
} from './test-provider.ts'

export {
  chunk,
  event,
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendJson,
  sendStream,
  USAGE,
  usageChunk,
  wholeAnswer,
} from './chat-answers.ts'
export { startRawProvider, type TestProvider } from './test-provider.ts'

/** An entry of the journal that belongs to a call. */
export type CallEntry = Exclude<JournalEntry, { kind: 'document' }>

/** What a test gets to work with: a relay with its real journal, keys and prices. */
export interface RelayBench {
  readonly url: string
  readonly port: number
  readonly key: string
  readonly keyId: string
  readonly folder: string
  readonly relay: Relay
  readonly journal: Journal
  /** The one that is always there, called `fake`. */
  readonly provider: TestProvider
  /** All of them by name. */
  readonly providers: Readonly<Record<string, TestProvider>>
  revokeKey(): void
  /** Makes another key and returns its secret. */
  createKey(wanted: Parameters<KeyBook['create']>[0]): string
  /** Sends a chat request; `change` is laid over a small valid body. */
  chat(change?: object, init?: RequestInit): Promise<Response>
  /** Sends a request with the key as a bearer, unless `init` has headers that say otherwise. */
  post(path: string, body: object | string | Buffer, init?: RequestInit): Promise<Response>
  /** Gives the running relay another configuration, made of the first with `change` laid over it. */
  reload(change: BenchSettings): void
  /** Everything the relay has logged. */
  log(): string
  /** Reads one of the relay's own pages. */
  page(path: string): Promise<string>
  /** All entries in the journal now. */
  entries(): Promise<CallEntry[]>
  /** Waits for the `close` record of a call and returns it with its bodies as text. */
  closed(requestId?: string): Promise<ClosedCall>
}

export interface ClosedCall {
  readonly record: CallRecord
  readonly request: string
  readonly response: string
}

/** A provider beside `fake`; it gets a server of its own unless there is a `baseUrl`. */
export interface ProviderSettings {
  readonly kind?: ProviderKind
  readonly baseUrl?: string
  readonly apiKey?: string
  readonly answer?: Answer
}

export interface BenchSettings {
  readonly relay?: object
  readonly port?: number
  /** Base URL of the provider, when it is not the test's own. */
  readonly baseUrl?: string
  readonly apiKey?: string
  /** Providers beside `fake`, by name. */
  readonly providers?: Readonly<Record<string, ProviderSettings>>
  /** Models beside `small` and `gpt-4o`. */
  readonly models?: object
  readonly limits?: object
  readonly journal?: (journal: Journal) => CallJournal
  readonly maxBytes?: number
  readonly random?: () => number
}

const MIB = 2 ** 20

/** Stops everything that the tests of a file have started. */
export const stopRelays: () => Promise<void> = cleanUpAll

/** Starts providers, a journal in a folder of its own, and a relay between them. */
export async function startRelay(settings: BenchSettings = {}): Promise<RelayBench> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  cleanUpLater(() => rmSync(folder, { recursive: true, force: true }))
  const providers = await startProviders(settings)
  const config = testConfig(settings, providers)
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
  const { key, secret } = accounts.keys.create({ name: 'test', team: 'red' })
  const journalFolder = join(folder, 'journal')
  let relay: Relay | undefined
  const journal = await openJournal({
    folder: journalFolder,
    syncMs: 5,
    segmentBytes: 4 * MIB,
    maxBytes: settings.maxBytes ?? 256 * MIB,
    memoryBytes: 16 * MIB,
    readers: [],
    clock: systemClock,
    logger,
    preamble: () => relay?.inFlight() ?? [],
  })
  relay = createRelay({
    config,
    keys: accounts.keys,
    prices: createPriceBook(config.prices, systemClock),
    journal: settings.journal?.(journal) ?? journal,
    clock: systemClock,
    logger,
    hostName: 'relay-1',
    ...(settings.random !== undefined && { random: settings.random }),
  })
  cleanUpLater(async () => {
    await relay.close(0)
    await journal.close()
    accounts.close()
  })
  const { port } = await relay.listen()
  const url = `http://127.0.0.1:${port}`
  const entries = () => readEntries(journalFolder)
  const post: RelayBench['post'] = (path, body, { headers, ...init } = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        ...(headers as object),
      },
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      ...init,
    })
  return {
    url,
    port,
    key: secret,
    keyId: key.id,
    folder,
    relay,
    journal,
    provider: providers.fake!,
    providers,
    log: () => lines.join(''),
    page: async (path) => (await fetch(url + path)).text(),
    revokeKey: () => accounts.keys.revoke(key.id),
    createKey: (wanted) => accounts.keys.create(wanted).secret,
    chat: (change = {}, init) => post('/v1/chat/completions', { ...SMALL_BODY, ...change }, init),
    post,
    reload: (change) => relay.reload(testConfig({ ...settings, ...change }, providers)),
    entries,
    closed: (requestId) => pollUntil('a closed record', () => findClosed(entries, requestId)),
  }
}

export const SMALL_BODY = { model: 'small', messages: [{ role: 'user', content: 'Xin chào' }] }

async function startProviders({ providers = {} }: BenchSettings) {
  const started: Record<string, TestProvider> = { fake: await startProvider(defaultAnswer()) }
  for (const [name, { kind, answer, baseUrl }] of Object.entries(providers)) {
    if (baseUrl === undefined) started[name] = await startProvider(answer ?? defaultAnswer(kind))
  }
  return started
}

function testConfig(
  settings: BenchSettings,
  started: Readonly<Record<string, TestProvider>>,
): Config {
  const { baseUrl, apiKey } = settings
  const given: Readonly<Record<string, ProviderSettings>> = {
    fake: { ...(baseUrl !== undefined && { baseUrl }), ...(apiKey !== undefined && { apiKey }) },
    ...settings.providers,
  }
  const providers = Object.entries(given).map(([name, provider]) => [
    name,
    {
      kind: provider.kind,
      base_url: provider.baseUrl ?? started[name]?.baseUrl,
      api_key: provider.apiKey ?? 'provider-credential-1',
    },
  ])
  return configSchema.parse({
    listen: { relay: settings.port ?? 0 },
    relay: { retry: { attempts: 1 }, ...settings.relay },
    providers: Object.fromEntries(providers),
    models: {
      small: { target: 'fake/small-2024' },
      'gpt-4o': { target: 'fake/gpt-4o' },
      ...settings.models,
    },
    limits: settings.limits,
    prices: {
      'small-2024': {
        input_usd_per_million: 2,
        cached_input_usd_per_million: 1,
        output_usd_per_million: 8,
      },
    },
  })
}

async function findClosed(
  entries: () => Promise<CallEntry[]>,
  requestId: string | undefined,
): Promise<ClosedCall | undefined> {
  const found = (await entries()).find(
    ({ kind, record }) =>
      kind === 'close' && (requestId === undefined || record.request_id === requestId),
  )
  if (found?.kind !== 'close') return undefined
  return {
    record: found.record,
    request: Buffer.from(found.requestBody ?? []).toString(),
    response: Buffer.from(found.responseBody ?? []).toString(),
  }
}

/** Reads all calls' entries of a journal folder. */
export async function readEntries(folder: string): Promise<CallEntry[]> {
  const reader = openReader({ folder, position: 0 })
  const entries: CallEntry[] = []
  for (;;) {
    const batch = await reader.next()
    if (batch.entries.length === 0) break
    for (const { bytes } of batch.entries) {
      const entry = decodeEntry(Uint8Array.from(bytes))
      if (entry.kind !== 'document') entries.push(entry)
    }
  }
  await reader.close()
  return entries
}

/** Sends bytes over a connection of its own and returns all that comes back until it closes. */
export function sendRaw(port: number, bytes: string | Buffer, keepOpen = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    if (keepOpen) socket.write(bytes)
    else socket.end(bytes)
  })
}
