import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/index.ts'
import { Attempt } from './attempt.ts'
import type { Failure } from './failure.ts'
import { type ConnectionPhases, PhasedConnector, PhasedPool } from './phased-pool.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0)
  await once(server, 'listening')
  cleanups.push(() => server.close())
  return (server.address() as AddressInfo).port
}

function poolTo(origin: string): PhasedPool {
  const options = { keepAliveTimeout: 5_000, allowH2: false }
  const pool = new PhasedPool(origin, options, new PhasedConnector(2_000, systemClock))
  cleanups.push(() => pool.destroy())
  return pool
}

interface Done {
  readonly connected: boolean
  readonly opened: ConnectionPhases | undefined
  readonly failure: Failure | undefined
}

/** Makes one attempt and waits for its end. */
function attempt(pool: PhasedPool): Promise<Done> {
  return new Promise((resolve) => {
    let connected = false
    let opened: ConnectionPhases | undefined
    const listener = {
      attemptConnected() {
        connected = true
        opened = pool.justOpened
      },
      answerStarted: () => undefined,
      answerChunk: () => undefined,
      answerEnded: () => resolve({ connected, opened, failure: undefined }),
      attemptFailed: (failure: Failure) => resolve({ connected, opened, failure }),
      attemptThrew: () => undefined,
    }
    new Attempt(listener).send(pool, '/', [], Buffer.from('{}'))
  })
}

/** Answers each request after as many ms as the test says. */
function startServer(delayMs: () => number): { server: Server; connections: () => number } {
  let connections = 0
  const server = createServer((request, response) => {
    request.resume()
    setTimeout(() => response.end('{}'), delayMs())
  })
  server.on('connection', () => {
    connections++
  })
  return { server, connections: () => connections }
}

describe('the phases of a connection', () => {
  it('are told to the attempt it was opened for, and to none that uses it later', async () => {
    const { server } = startServer(() => 0)
    const pool = poolTo(`http://localhost:${await listen(server)}`)
    const first = await attempt(pool)
    expect(first.opened).toEqual({
      dnsMs: expect.any(Number),
      connectMs: expect.any(Number),
      tlsMs: 0,
    })
    expect(first.opened?.dnsMs).toBeGreaterThan(0)
    expect(first.opened?.connectMs).toBeGreaterThan(0)
    // a connection is free again only after the attempt has been told of its end
    await setImmediate()
    expect(await attempt(pool)).toEqual({ connected: true, opened: undefined, failure: undefined })
  })

  it('have no name to look up when the address is a number', async () => {
    const { server } = startServer(() => 0)
    const pool = poolTo(`http://127.0.0.1:${await listen(server)}`)
    expect((await attempt(pool)).opened?.dnsMs).toBe(0)
  })

  it('are told exactly as often as connections are opened, whatever else begins meanwhile', async () => {
    let request = 0
    const { server, connections } = startServer(() => (request++ * 7) % 23)
    const pool = poolTo(`http://localhost:${await listen(server)}`)
    const attempts: Promise<Done>[] = []
    for (let wave = 0; wave < 40; wave++) {
      for (let call = 0; call <= wave % 6; call++) attempts.push(attempt(pool))
      await new Promise((resolve) => setTimeout(resolve, (wave * 5) % 11))
    }
    const done = await Promise.all(attempts)
    expect(done.every(({ connected }) => connected)).toBe(true)
    expect(connections()).toBeLessThan(done.length)
    expect(done.filter(({ opened }) => opened !== undefined)).toHaveLength(connections())
  })

  it('tell the handshake of TLS from the connecting', async () => {
    const port = await startTlsServer(300)
    const { opened, failure } = await attempt(poolTo(`https://localhost:${port}`))
    expect(failure).toBeUndefined()
    expect(opened?.tlsMs).toBeGreaterThan(250)
    expect(opened?.dnsMs).toBeLessThan(250)
    expect(opened?.connectMs).toBeLessThan(250)
  })

  it('are not told when no connection comes about', async () => {
    const port = await startTlsServer(0, false)
    const untrusted = await attempt(poolTo(`https://localhost:${port}`))
    expect(untrusted).toMatchObject({ connected: false, opened: undefined })
    expect(untrusted.failure?.kind).toBe('connect')
    const refused = await attempt(poolTo('http://127.0.0.1:1'))
    expect(refused).toMatchObject({ connected: false, failure: { kind: 'connect' } })
  })
})

/** Starts a TLS server for `localhost` that lets the handshake wait; returns its port. */
async function startTlsServer(handshakeDelayMs: number, trusted = true): Promise<number> {
  const { cert, key } = selfSigned()
  const tls = createTlsServer({ cert, key }, (_, response) => response.end('{}'))
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    setTimeout(() => tls.emit('connection', socket), handshakeDelayMs)
  })
  if (trusted) {
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, cert])
    cleanups.push(() => setDefaultCACertificates(before))
  }
  return await listen(tcp)
}

/** Makes a certificate for `localhost`, as X.509 in DER, with a key that lives as long as the test. */
function selfSigned(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(Buffer.from('06082a8648ce3d040302', 'hex'))
  const commonName = sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('localhost')))
  const name = sequence(der(0x31, commonName))
  const alternative = sequence(der(0x82, Buffer.from('localhost')))
  const extension = sequence(Buffer.from('0603551d11', 'hex'), der(0x04, alternative))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(extension)),
  )
  const signature = sign('sha256', content, privateKey)
  const whole = sequence(
    content,
    algorithm,
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  )
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
