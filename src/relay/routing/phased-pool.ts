import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { buildConnector, Pool } from 'undici'
import type { Clock } from '../../kernel/index.ts'

/** How long it took to open a connection, by phase, in ms. */
export interface ConnectionPhases {
  /** Looking up the name; 0 when the address is a number. */
  readonly dnsMs: number
  readonly connectMs: number
  /** 0 without TLS. */
  readonly tlsMs: number
}

/** Connections to one origin that tell how long it took to open them. */
export class PhasedPool extends Pool {
  readonly #connector: PhasedConnector

  constructor(origin: string, options: Omit<Pool.Options, 'connect'>, connector: PhasedConnector) {
    super(origin, { ...options, connect: connector.connect })
    this.#connector = connector
  }

  /**
   * The connection that is being handed to the request it was opened for, for that request to
   * read when it starts. Undefined for one that starts on a connection from before, however many
   * others open at the time.
   */
  get justOpened(): ConnectionPhases | undefined {
    return this.#connector.justOpened
  }
}

/** Opens connections for a pool and measures it. */
export class PhasedConnector {
  readonly #open: buildConnector.connector
  readonly #clock: Clock
  #justOpened: ConnectionPhases | undefined

  /** `timeoutMs` is for all phases of a connection together; 0 sets no limit. */
  constructor(timeoutMs: number, clock: Clock) {
    // HTTP/2 would have calls share a connection, where one that stalls holds up the others
    this.#open = buildConnector({ timeout: timeoutMs, allowH2: false })
    this.#clock = clock
  }

  get justOpened(): ConnectionPhases | undefined {
    return this.#justOpened
  }

  readonly connect: buildConnector.connector = (options, callback) => {
    const phases = new OpeningPhases(this.#clock)
    const handOver: buildConnector.Callback = (...result) => {
      this.#justOpened = result[0] === null ? phases.read() : undefined
      try {
        // within it the client starts the request that waits for this connection
        callback(...result)
      } finally {
        this.#justOpened = undefined
      }
    }
    // undici returns the socket, although its types do not say so
    const socket: unknown = this.#open(options, handOver)
    if (socket instanceof Socket) phases.watch(socket)
  }
}

class OpeningPhases {
  readonly #clock: Clock
  readonly #startedMs: number
  #lookedUpMs: number | undefined
  #connectedMs: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  watch(socket: Socket): void {
    socket.once('lookup', () => {
      this.#lookedUpMs = this.#clock.monotonicMs()
    })
    // without TLS it is ready with this event, not some microseconds after
    if (!(socket instanceof TLSSocket)) return
    socket.once('connect', () => {
      this.#connectedMs = this.#clock.monotonicMs()
    })
  }

  /** Splits the time until now, when the connection is ready. */
  read(): ConnectionPhases {
    const readyMs = this.#clock.monotonicMs()
    const lookedUpMs = this.#lookedUpMs ?? this.#startedMs
    const connectedMs = this.#connectedMs ?? readyMs
    return {
      dnsMs: lookedUpMs - this.#startedMs,
      connectMs: connectedMs - lookedUpMs,
      tlsMs: readyMs - connectedMs,
    }
  }
}
