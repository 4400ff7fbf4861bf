import { setTimeout as sleep } from 'node:timers/promises'
import { nowMicroseconds } from './fixed-answers.ts'
import { HttpConnection, requestBytes, type StreamTimes, type Target } from './http-connection.ts'

export interface Quantiles {
  readonly p50: number
  readonly p99: number
  readonly count: number
}

/** Quantiles of microseconds, in milliseconds. */
export function quantiles(microseconds: number[]): Quantiles {
  const sorted = Float64Array.from(microseconds).sort()
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) / 1000
  return { p50: at(0.5), p99: at(0.99), count: sorted.length }
}

export interface ClosedLoop {
  readonly perSecond: number
  readonly failed: number
  readonly latency: Quantiles
}

/** Keeps `connections` busy, each sending the next call when the last is answered. */
export async function closedLoop(
  target: Target,
  body: string,
  connections: number,
  ms: number,
): Promise<ClosedLoop> {
  const request = requestBytes(target, body)
  const latencies: number[] = []
  let failed = 0
  let running: boolean = true
  const all = Array.from({ length: connections }, () => new HttpConnection(target.port))
  const startedAt = nowMicroseconds()
  for (const connection of all) {
    const next = () => {
      const sentAt = nowMicroseconds()
      connection.send(request, (bad) => {
        if (bad) failed++
        else latencies.push(nowMicroseconds() - sentAt)
        if (running && !bad) next()
      })
    }
    next()
  }
  await sleep(ms)
  running = false
  const seconds = (nowMicroseconds() - startedAt) / 1e6
  const perSecond = latencies.length / seconds
  await sleep(50)
  for (const connection of all) connection.close()
  return { perSecond, failed, latency: quantiles(latencies) }
}

/** An answer that has not come so long after the last call was sent is given up. */
const LATEST_ANSWER_MS = 2_000

/**
 * Sends `perSecond` calls evenly spread, answered or not. Returns the latencies in microseconds,
 * counted from each send, of those that were answered.
 */
export async function openLoop(
  target: Target,
  body: string,
  perSecond: number,
  ms: number,
): Promise<number[]> {
  const request = requestBytes(target, body)
  const latencies: number[] = []
  const idle: HttpConnection[] = []
  const all: HttpConnection[] = []
  const total = Math.floor((perSecond * ms) / 1000)
  const startedAt = nowMicroseconds()
  let sent = 0
  let ended = 0
  while (sent < total) {
    const due = Math.min(total, ((nowMicroseconds() - startedAt) / 1e6) * perSecond)
    for (; sent < due; sent++) {
      const connection = idle.pop() ?? add(all, target.port)
      const sentAt = nowMicroseconds()
      connection.send(request, (bad) => {
        ended++
        if (bad) return
        latencies.push(nowMicroseconds() - sentAt)
        idle.push(connection)
      })
    }
    await sleep(1)
  }
  const latestAt = nowMicroseconds() + LATEST_ANSWER_MS * 1000
  while (ended < total && nowMicroseconds() < latestAt) await sleep(10)
  for (const connection of all) connection.close()
  return latencies
}

function add(all: HttpConnection[], port: number): HttpConnection {
  const connection = new HttpConnection(port)
  all.push(connection)
  return connection
}

export interface StreamLoad {
  readonly firstByte: Quantiles
  readonly chunkDelay: Quantiles
  readonly failed: number
}

/** Keeps `streams` streamed calls open at once, begun within the first second. */
export async function streamLoad(
  target: Target,
  body: string,
  streams: number,
  ms: number,
): Promise<StreamLoad> {
  const request = requestBytes(target, body)
  const all: StreamTimes[] = []
  let failed = 0
  let running: boolean = true
  const connections = Array.from({ length: streams }, () => new HttpConnection(target.port))
  for (const connection of connections) {
    const next = () => {
      const times: StreamTimes = { firstByte: undefined, delays: [] }
      all.push(times)
      connection.send(
        request,
        (bad) => {
          if (bad) failed++
          else if (running) next()
        },
        times,
      )
    }
    next()
    await sleep(1000 / streams)
  }
  await sleep(ms)
  running = false
  for (const connection of connections) connection.close()
  return {
    firstByte: quantiles(all.flatMap(({ firstByte }) => firstByte ?? [])),
    chunkDelay: quantiles(all.flatMap(({ delays }) => delays)),
    failed,
  }
}
