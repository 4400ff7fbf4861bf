import type { MessagePort, Worker } from 'node:worker_threads'
import { AppError, type ErrorCode, isAppError, messageOf } from './errors.ts'

interface Request {
  readonly call: number
  readonly method: string
  readonly values: readonly unknown[]
}

type Answer =
  | { readonly call: number; readonly value: unknown }
  | {
      readonly call: number
      readonly failure: {
        readonly message: string
        readonly code?: ErrorCode
        readonly details?: Readonly<Record<string, unknown>>
      }
    }

type Asynchronous = object & {
  readonly [name: string]: unknown
}

/** The methods of `T` as seen from another thread: each answers with a promise. */
export type Remote<T> = {
  readonly [Name in keyof T as T[Name] extends (...values: never[]) => unknown
    ? Name
    : never]: T[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : never
}

/**
 * Answers calls from the other side of `port` with the methods of `service`. Values and results
 * are copied by structured clone.
 */
export function serveThread(port: MessagePort, service: object): void {
  const methods = service as Asynchronous
  port.on('message', (request: Request) => {
    void answer(methods, request).then((reply) => port.postMessage(reply))
  })
}

async function answer(methods: Asynchronous, { call, method, values }: Request): Promise<Answer> {
  try {
    const action = methods[method]
    if (typeof action !== 'function') throw new Error(`thread has no method ${method}`)
    return { call, value: await (action.apply(methods, [...values]) as unknown) }
  } catch (error) {
    return {
      call,
      failure: {
        message: messageOf(error),
        ...(isAppError(error) && { code: error.code, details: error.details }),
      },
    }
  }
}

/**
 * Returns an object whose methods run in `worker`. A call fails when the method throws (catalogue
 * errors keep their code) and when the thread dies before it answers.
 */
export function remoteThread<T>(worker: Worker): Remote<T> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calls = 0
  worker.on('message', (reply: Answer) => {
    const caller = waiting.get(reply.call)
    if (caller === undefined) return
    waiting.delete(reply.call)
    if ('failure' in reply) caller.reject(revive(reply.failure))
    else caller.resolve(reply.value)
  })
  worker.on('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`thread ended with code ${code}`))
    waiting.clear()
  })
  return new Proxy({} as Remote<T>, {
    get: (_, method) =>
      typeof method !== 'string' || method === 'then'
        ? undefined
        : (...values: unknown[]) =>
            new Promise((resolve, reject) => {
              const call = ++calls
              waiting.set(call, { resolve, reject })
              worker.postMessage({ call, method, values } satisfies Request)
            }),
  })
}

function revive(failure: Extract<Answer, { failure: unknown }>['failure']): Error {
  return failure.code === undefined
    ? new Error(failure.message)
    : new AppError(failure.code, failure.details)
}
