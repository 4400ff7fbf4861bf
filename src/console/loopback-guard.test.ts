import { describe, expect, it } from 'vitest'
import { isAppError } from '../kernel/index.ts'
import { isLoopbackHost, refuseForeignRequest } from './loopback-guard.ts'

describe('isLoopbackHost', () => {
  it.each([
    'localhost',
    'localhost:5601',
    'LOCALHOST:5601',
    'bellwether.localhost:5601',
    '127.0.0.1:5601',
    '127.9.8.7',
    '[::1]:5601',
    '[::1]',
  ])('takes %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:5601',
    '10.0.0.1:5601',
    '0.0.0.0:5601',
    '[::2]:5601',
  ])('refuses %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})

describe('refuseForeignRequest', () => {
  const host = '127.0.0.1:5601'

  it.each([
    [{ host }],
    [{ host, origin: 'http://127.0.0.1:5601', 'sec-fetch-site': 'same-origin' }],
    [{ host, 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
    [{ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('lets the page itself, programs and followed links in: %j', (headers) => {
    expect(() => refuseForeignRequest({ headers })).not.toThrow()
  })

  it.each([
    [{ host: 'evil.example:5601' }, 'HOST_NOT_ALLOWED'],
    [{ host, origin: 'https://evil.example' }, 'ORIGIN_NOT_ALLOWED'],
    [{ host, origin: 'http://127.0.0.1:8080' }, 'ORIGIN_NOT_ALLOWED'],
    [{ host, origin: 'null' }, 'ORIGIN_NOT_ALLOWED'],
    [{ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'ORIGIN_NOT_ALLOWED'],
    [{ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'ORIGIN_NOT_ALLOWED'],
  ] as const)('refuses %j with %s', (headers, code) => {
    let thrown: unknown
    try {
      refuseForeignRequest({ headers })
    } catch (error) {
      thrown = error
    }
    expect(isAppError(thrown, code)).toBe(true)
  })
})
