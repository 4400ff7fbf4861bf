import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createPriceBook, openAccounts } from '../../src/accounts/index.ts'
import { type Journal, openJournal, openReader } from '../../src/journal/index.ts'
import { configSchema } from '../../src/kernel/config-schema.ts'
import { type Config, systemClock } from '../../src/kernel/index.ts'
import { type CallRecord, decodeEntry, type JournalEntry } from '../../src/record/index.ts'
import { type CallJournal, createRelay, type Relay } from '../../src/relay/index.ts'
import { pollUntil } from '../support/poll-until.ts'

/** An entry of the journal that belongs to a call. */
export type CallEntry = Exclude<JournalEntry, { kind: 'document' }>

/** A request as the provider received it. */
interface Received {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = (response: ServerResponse, received: Received) => void

/** A provider on a loopback port that answers as the test says. */
export interface TestProvider {
  readonly baseUrl: string
  readonly received: Received[]
  /** Connections open now. */
  connections(): Promise<number>
  answer: Answer
}

/** What a test gets to work with: a relay with its real journal, keys and prices. */
export interface RelayBench {
  readonly url: string
  readonly port: number
  readonly key: string
  readonly keyId: string
  readonly folder: string
  readonly relay: Relay
  readonly journal: Journal
  readonly provider: TestProvider
  revokeKey(): void
  /** Sends a chat request; `change` is laid over a small valid body. */
  chat(change?: object, init?: RequestInit): Promise<Response>
  /** Everything the relay has logged. */
  log(): string
  /** All entries in the journal now. */
  entries(): Promise<CallEntry[]>
  /** Waits for the `close` record of a call and returns it with its bodies as text. */
  closed(requestId?: string): Promise<ClosedCall>
}

interface ClosedCall {
  readonly record: CallRecord
  readonly request: string
  readonly response: string
}

export interface BenchSettings {
  readonly relay?: object
  readonly port?: number
  /** Base URL of the provider, when it is not the test's own. */
  readonly baseUrl?: string
  readonly apiKey?: string
  /** Models beside `small` and `gpt-4o`. */
  readonly models?: object
  readonly journal?: (journal: Journal) => CallJournal
  readonly maxBytes?: number
}

const MIB = 2 ** 20
const cleanups: (() => Promise<unknown> | unknown)[] = []

/** Stops everything that the tests of a file have started. */
export async function stopRelays(): Promise<void> {
  for (const cleanUp of cleanups.splice(0).toReversed()) await cleanUp()
}

/** Starts a provider, a journal in a folder of its own, and a relay between the two. */
export async function startRelay(settings: BenchSettings = {}): Promise<RelayBench> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  const provider = await startProvider()
  const config = testConfig(settings, provider)
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
  })
  cleanups.push(async () => {
    await relay.close(0)
    await journal.close()
    accounts.close()
  })
  const { port } = await relay.listen()
  const url = `http://127.0.0.1:${port}`
  const entries = () => readEntries(journalFolder)
  return {
    url,
    port,
    key: secret,
    keyId: key.id,
    folder,
    relay,
    journal,
    provider,
    log: () => lines.join(''),
    revokeKey: () => accounts.keys.revoke(key.id),
    chat: (change = {}, init = {}) => {
      const { headers, ...rest } = init
      return fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'content-type': 'application/json',
          ...(headers as object),
        },
        body: JSON.stringify({ ...SMALL_BODY, ...change }),
        ...rest,
      })
    },
    entries,
    closed: (requestId) => pollUntil('a closed record', () => findClosed(entries, requestId)),
  }
}

export const SMALL_BODY = { model: 'small', messages: [{ role: 'user', content: 'Xin chào' }] }

function testConfig(settings: BenchSettings, provider: TestProvider): Config {
  return configSchema.parse({
    listen: { relay: settings.port ?? 0 },
    relay: settings.relay ?? {},
    providers: {
      fake: {
        base_url: settings.baseUrl ?? provider.baseUrl,
        api_key: settings.apiKey ?? 'provider-credential-1',
      },
    },
    models: {
      small: { target: 'fake/small-2024' },
      'gpt-4o': { target: 'fake/gpt-4o' },
      ...settings.models,
    },
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

async function startProvider(): Promise<TestProvider> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received = {
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }
      provider.received.push(received)
      provider.answer(response, received)
    })
  })
  const port = await listen(server)
  const provider: TestProvider = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    received: [],
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    answer: (response) => sendJson(response, wholeAnswer()),
  }
  return provider
}

/** Starts a TCP server that treats each connection as `serve` says; returns its base URL. */
export async function startRawProvider(serve: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  return `http://127.0.0.1:${await listen(server)}/v1`
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

export const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 40 },
}

/** An answer as OpenAI gives it to a call that is not streamed. */
export function wholeAnswer(change: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Chào bạn' }, finish_reason: 'stop' },
    ],
    usage: USAGE,
    ...change,
  }
}

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** One chunk of a stream; `choice` is laid over its only choice. */
export function chunk(delta: object, choice: object = {}): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  })
}

export function event(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}

/** The chunk with the usage that comes last when it was asked for. */
export function usageChunk(usage: object = USAGE): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [],
    usage,
  })
}

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' }

/** A whole small stream, usage included. */
export const STREAM_EVENTS = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Chào ' }),
  chunk({ content: 'bạn 你好' }),
  chunk({}, { finish_reason: 'stop' }),
  usageChunk(),
  event('[DONE]'),
]

export function sendStream(
  response: ServerResponse,
  events: readonly string[] = STREAM_EVENTS,
): void {
  response.writeHead(200, STREAM_HEADERS)
  for (const each of events) response.write(each)
  response.end()
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
