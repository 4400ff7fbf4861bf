import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../kernel/index.ts'
import { type ConsoleOptions, consoleRoutes } from './console-routes.ts'

const STATUS = {
  simulated: true,
  uptime_s: 12,
  relay: { up: true, url: 'http://127.0.0.1:8080', models: ['gpt-4o'] },
  journals: [{ name: 'relay', end: 10, stored: 4, lag_bytes: 6 }],
  store: { days: 1, rows: 7 },
  memory: { rss_bytes: 1_000 },
}

let folder: string
let app: FastifyInstance

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-console-'))
  app = fastify()
})

afterEach(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

function build(): string {
  const uiFolder = join(folder, 'dist')
  mkdirSync(join(uiFolder, 'assets'), { recursive: true })
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(uiFolder, 'favicon.svg'), '<svg/>')
  writeFileSync(join(uiFolder, 'assets', 'index-abc.js'), 'let a')
  writeFileSync(join(uiFolder, 'assets', 'index-abc.js.br'), brotliCompressSync('let a'))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  return uiFolder
}

async function start(changes: Partial<ConsoleOptions> = {}): Promise<void> {
  const options = { uiFolder: build(), version: '1.2.3', status: () => STATUS, ...changes }
  await app.register(consoleRoutes(options))
}

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ url, headers: { host: '127.0.0.1:5601', ...headers } })

describe('the page', () => {
  it('is sent for every view, never from a cache without asking', async () => {
    await start()
    for (const url of ['/', '/requests?q=x', '/a/view/of/later']) {
      const { body, headers, statusCode } = await get(url)
      expect([statusCode, headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(body).toContain('<title>page</title>')
    }
  })

  it('has hashed files that are kept for ever, compressed where the browser can', async () => {
    await start()
    const { headers } = await get('/assets/index-abc.js', { 'accept-encoding': 'br' })
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
    })
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache')
  })

  it('allows nothing but its own files', async () => {
    await start()
    const { headers } = await get('/')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
  ])('has no way out of its folder by %s', async (url) => {
    await start()
    const { body } = await get(url)
    expect(body).not.toContain('secret\n')
    expect(body).not.toBe('secret')
  })

  it('says how to build it when it is missing, and appears once built', async () => {
    await start({ uiFolder: join(folder, 'later') })
    const missing = await get('/')
    expect(missing.statusCode).toBe(503)
    expect(missing.body).toContain('npm run build')
    mkdirSync(join(folder, 'later'))
    writeFileSync(join(folder, 'later', 'index.html'), 'built')
    expect((await get('/')).body).toBe('built')
  })
})

describe('GET /api/status', () => {
  it('tells the version and what the server knows', async () => {
    await start()
    const answer = await get('/api/status')
    expect(answer.json()).toEqual({ version: '1.2.3', ...STATUS })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('answers a failure of the catalogue in its own words', async () => {
    await start({ status: () => Promise.reject(new AppError('STORE_UNAVAILABLE', { days: 0 })) })
    const answer = await get('/api/status')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({
      error: { code: 'STORE_UNAVAILABLE', message: 'store is not ready', details: { days: 0 } },
    })
  })

  it('does not tell the inside of an unexpected failure', async () => {
    await start({ status: () => Promise.reject(new Error('/home/me/secret path')) })
    const answer = await get('/api/status')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret')
  })
})

describe('errors', () => {
  it.each(['/api/nothing', '/api/status/more', '/assets/gone.js', '/gone.png'])(
    'says that nothing answers at %s',
    async (url) => {
      await start()
      const answer = await get(url)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toMatchObject({ error: { code: 'ROUTE_UNKNOWN' } })
      expect(answer.headers['cache-control']).toBe('no-store')
    },
  )

  it.each(['/', '/api/status', '/requests'])('says what is allowed at %s', async (url) => {
    await start()
    const answer = await app.inject({ method: 'DELETE', url, headers: { host: 'localhost' } })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
    expect(answer.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } })
  })
})

describe('the guard', () => {
  it('stands before the page, its API and the Elasticsearch API', async () => {
    await start({
      elastic: async (routes) => {
        routes.get('/_cat/indices', () => 'green')
      },
    })
    expect((await get('/es/_cat/indices')).body).toBe('green')
    for (const url of ['/', '/api/status', '/es/_cat/indices', '/nothing.png']) {
      const answer = await get(url, { host: 'evil.example' })
      expect(answer.statusCode, url).toBe(403)
      expect(answer.json()).toMatchObject({ error: { code: 'HOST_NOT_ALLOWED' } })
    }
  })
})
