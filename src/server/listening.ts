import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError, isAppError } from '../kernel/index.ts'

/** Runs `listen` and adds to a PORT_IN_USE which setting of the configuration chose the port. */
export async function listening<T>(listen: () => Promise<T>, setting: string): Promise<T> {
  try {
    return await listen()
  } catch (error) {
    if (!isAppError(error, 'PORT_IN_USE')) throw error
    throw new AppError('PORT_IN_USE', { ...error.details, setting }, error)
  }
}

/**
 * Lets a Fastify server listen on loopback and returns its port.
 *
 * @throws AppError PORT_IN_USE
 */
export async function listenOnLoopback(app: FastifyInstance, port: number): Promise<number> {
  try {
    const host = '127.0.0.1'
    await app.listen({ host, port })
    return (app.server.address() as AddressInfo).port
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new AppError('PORT_IN_USE', { port }, error)
  }
}
