import type { FastifyRequest } from 'fastify'
import { AppError } from '../kernel/index.ts'

const LOOPBACK_V4 = /^127(\.\d{1,3}){3}$/

/**
 * Refuses what a web page of another site could send here through the browser of the person at
 * this machine: a name that was rebound to loopback, or a request from another origin.
 *
 * @throws AppError HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function refuseForeignRequest({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { host, origin } = headers
  if (!isLoopbackHost(host)) throw new AppError('HOST_NOT_ALLOWED', { host })
  if (origin !== undefined && originHost(origin) !== host) {
    throw new AppError('ORIGIN_NOT_ALLOWED', { origin })
  }
  const site = headers['sec-fetch-site']
  // a link on another page may lead here; that page's scripts may not
  if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate') {
    throw new AppError('ORIGIN_NOT_ALLOWED', { site })
  }
}

/** Tells whether a `host` header names this machine's loopback: name or address, any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    LOOPBACK_V4.test(name)
  )
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
