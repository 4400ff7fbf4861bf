import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Mountable } from '@copilotkit/aimock'
import { SIMULATION_HEADER, type Simulation } from '../../playbook/index.ts'
import { type Exchange, protocolOf } from './exchange.ts'
import { faultAnswer } from './fault-answer.ts'
import { type JsonObject, objectOf, parseObject } from './json-value.ts'
import { ownEndpoint } from './own-endpoints.ts'

/**
 * Stands in front of aimock: plays the faults that have nothing to do with what is asked, answers
 * what aimock does not, and remembers of the rest what aimock leaves out.
 */
export class Front implements Mountable {
  readonly #exchanges = new Map<string, Exchange>()
  readonly #open = new Set<ServerResponse>()
  #count = 0

  /** The request that aimock calls by this `_context`. */
  exchange(context: string | undefined): Exchange | undefined {
    return this.#exchanges.get(context ?? '')
  }

  /** Breaks off what is being answered. */
  close(): void {
    for (const response of this.#open) response.destroy()
  }

  async handleRequest(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (request.method !== 'POST') return false
    this.#open.add(response)
    response.once('close', () => this.#open.delete(response))
    const path = new URL(request.url ?? '/', 'http://simulator').pathname
    const simulation = parseObject(String(request.headers[SIMULATION_HEADER])) as Simulation
    if (simulation.fault === 'hang') return true
    if (simulation.firstByteMs !== undefined) await sleep(simulation.firstByteMs)
    if (response.destroyed || sentFault(path, simulation, response)) return true
    const own = ownEndpoint(path)
    if (own === undefined) {
      this.#remember(request, response, { path, protocol: protocolOf(path), simulation })
      return false
    }
    if (simulation.fault === 'cut') response.destroy()
    else send(response, own(await bodyOf(request), simulation))
    return true
  }

  #remember(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Omit<Exchange, 'body'>,
  ): void {
    const chunks: Buffer[] = []
    let parsed: JsonObject | undefined
    const body = () => {
      parsed ??= parseObject(Buffer.concat(chunks).toString())
      return parsed
    }
    // the body is aimock's to read: nothing flows before it listens
    request.pause()
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('newListener', () => request.resume())
    const context = String(++this.#count)
    request.headers[SIMULATION_HEADER] = context
    this.#exchanges.set(context, { ...exchange, body })
    response.once('close', () => this.#exchanges.delete(context))
  }
}

function sentFault(
  path: string,
  { fault, retryAfterS }: Simulation,
  response: ServerResponse,
): boolean {
  const answer = faultAnswer(fault, protocolOf(path))
  if (answer === undefined) return false
  const wait = answer.status === 429 && retryAfterS !== undefined
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    ...(wait && { 'retry-after': String(retryAfterS) }),
  })
  response.end(answer.body)
  return true
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  return objectOf(await json(request).catch(() => undefined))
}

function send(response: ServerResponse, answer: object | readonly string[]): void {
  if (Array.isArray(answer)) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end([...answer, '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer))
}
