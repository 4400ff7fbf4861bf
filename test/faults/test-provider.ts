import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A request as the provider received it. */
export interface Received {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answer = (response: ServerResponse, received: Received) => void

/** A provider on a loopback port that answers as the test says. */
export interface TestProvider {
  /** Ends in `/v1`, which every kind of provider takes. */
  readonly baseUrl: string
  readonly received: Received[]
  /** Connections open now. */
  connections(): Promise<number>
  answer: Answer
}

type CleanUp = () => Promise<unknown> | unknown

const cleanups: CleanUp[] = []

/** Has something undone when the tests of a file are over; what came last goes first. */
export function cleanUpLater(cleanUp: CleanUp): void {
  cleanups.push(cleanUp)
}

/** Undoes everything that `cleanUpLater` was told of. */
export async function cleanUpAll(): Promise<void> {
  for (const cleanUp of cleanups.splice(0).toReversed()) await cleanUp()
}

/** Starts a provider; `answer` can be replaced at any time. */
export async function startProvider(answer: Answer): Promise<TestProvider> {
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
    answer,
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

/**
 * Starts a provider that takes no connection: its queue is full, and its process never looks at
 * it. Returns its base URL.
 */
export async function startDeafProvider(): Promise<string> {
  const script = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, server.address().port + '\\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
    })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [data] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(data.toString())
  const sockets = Array.from({ length: 4 }, () =>
    connect(port, '127.0.0.1').on('error', () => undefined),
  )
  cleanUpLater(() => {
    for (const socket of sockets) socket.destroy()
    child.kill('SIGKILL')
  })
  await sleep(100)
  return `http://127.0.0.1:${port}/v1`
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUpLater(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}
