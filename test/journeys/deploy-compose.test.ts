import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text as bodyOf } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/kernel/index.ts'
import { elasticProperties } from '../../src/record/index.ts'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { interpolate, readCompose, readEnv, variablesOf } from '../support/compose-file.ts'

/** Containers cannot be run here: what is checked is that the files agree with each other and us. */
const OURS = readCompose('deploy/compose.yaml')
const ELK = readCompose('deploy/elk/compose.yaml')
const FILES = [
  ['deploy/compose.yaml', OURS],
  ['deploy/elk/compose.yaml', ELK],
] as const

describe.each(FILES)('%s', (_, file) => {
  const { services, volumes, folder } = file
  const each = Object.entries(services)

  it('has services with an image or a build, and with a fixed version of the images of others', () => {
    for (const [name, { image, build }] of each) {
      expect(image ?? build, name).toBeDefined()
      if (build === undefined) expect(image, name).toMatch(/:(v?\d|\$\{STACK_VERSION)/)
    }
  })

  it('refers to services and volumes that it has', () => {
    for (const [name, { depends_on = [], network_mode, volumes: mounts = [] }] of each) {
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)
      for (const other of needed as string[]) expect(Object.keys(services), name).toContain(other)
      const owner = network_mode?.replace('service:', '')
      if (owner !== undefined) expect(Object.keys(services), name).toContain(owner)
      const named = mounts
        .map((mount) => mount.split(':')[0]!)
        .filter((from) => !/^[./]/.test(from))
      for (const volume of named) expect(Object.keys(volumes), name).toContain(volume)
    }
  })

  it('waits for health only where there is a health check, and for an end only where there is one', () => {
    for (const [name, { depends_on = {} }] of each) {
      if (Array.isArray(depends_on)) continue
      for (const [other, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy')
          expect(services[other]?.healthcheck, name).toBeDefined()
        else expect(condition).toBe('service_completed_successfully')
      }
    }
  })

  it('mounts files that exist', () => {
    const source = readFileSync(join(folder, 'compose.yaml'), 'utf8')
    const paths = [...source.matchAll(/- (\.\.?\/[^:]+):/g)].map(([, path]) => path!)
    expect(paths.length).toBeGreaterThan(3)
    for (const path of paths) expect(existsSync(join(folder, path)), path).toBe(true)
  })

  it('asks for settings that .env.example has, which has no others', () => {
    const extended = folder === 'deploy' ? variablesOf(ELK.text) : []
    const asked = new Set([...variablesOf(file.text), ...extended])
    expect(Object.keys(readEnv(join(folder, '.env.example'))).toSorted(byName)).toEqual(
      [...asked].toSorted(byName),
    )
  })

  it('publishes nothing beyond this machine unless it is told to', () => {
    const settings = readEnv(join(folder, '.env.example'))
    const ports = each.flatMap(([, { ports: own = [] }]) => own)
    expect(ports.length).toBeGreaterThan(2)
    for (const port of ports) expect(interpolate(port, settings)).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  })

  it('publishes no port twice', () => {
    const settings = readEnv(join(folder, '.env.example'))
    const ports = each.flatMap(([, { ports: own = [] }]) => own)
    const published = ports.map((port) => interpolate(port, settings).split(':')[1])
    expect(new Set(published).size).toBe(published.length)
  })
})

describe('the container of Bellwether', () => {
  const config = loadConfig('deploy/bellwether.yaml', {})
  const defaults = loadConfig(undefined, {})

  it('publishes the ports that Bellwether has outside of containers', () => {
    const { relay, console, search } = defaults.listen
    const settings = readEnv('deploy/.env.example')
    const ports = OURS.services.gateway!.ports!.map((port) => interpolate(port, settings))
    expect(ports).toEqual([relay, console, search].map((port) => `127.0.0.1:${port}:${port}`))
  })

  it('has a relay that is reached from outside and a gateway for what listens on loopback', () => {
    expect(config.listen).toMatchObject({ host: '0.0.0.0', relay: defaults.listen.relay })
    const gateway = readFileSync('deploy/gateway/nginx.conf', 'utf8')
    const forwarded = [...gateway.matchAll(/listen (\d+);\s+proxy_pass 127\.0\.0\.1:(\d+);/g)]
    expect(forwarded.map(([, from, to]) => [Number(from), Number(to)])).toEqual([
      [defaults.listen.console, config.listen.console],
      [defaults.listen.search, config.listen.search],
    ])
  })

  const dockerfile = readFileSync('deploy/Dockerfile', 'utf8')

  it('is built from files that exist, and leaves none of them out', () => {
    const ignored = readFileSync('deploy/Dockerfile.dockerignore', 'utf8').split('\n')
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
    const sources = copies.flatMap(([, paths]) => paths!.split(' '))
    expect(sources.length).toBeGreaterThan(8)
    for (const source of sources) {
      expect(existsSync(source), source).toBe(true)
      expect(ignored).not.toContain(source.replace(/\/$/, ''))
    }
  })

  it('runs scripts of package.json and commands of ours, not as root', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    for (const [, script] of dockerfile.matchAll(/npm run (\w+)/g)) {
      expect(Object.keys(scripts)).toContain(script)
    }
    expect(scripts.start).toBe('node bin/bellwether.js up')
    expect(dockerfile).toContain('ENTRYPOINT ["node", "bin/bellwether.js"]')
    expect(dockerfile).toMatch(/CMD \["up", "--data", "\/data", "--config", "\/etc\/bellwether\//)
    const last = dockerfile.lastIndexOf('\nUSER ')
    expect(dockerfile.slice(last)).toMatch(/^\nUSER node\n/)
    expect(dockerfile.slice(last)).not.toContain('\nRUN ')
  })

  it('has the Node that the package asks for', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
    expect(new Set(images)).toEqual(new Set(['node:24-slim']))
  })
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

describe.runIf(hasCurl)('the set-up of Elasticsearch', () => {
  const passwords = { ELASTIC_PASSWORD: 'e1', KIBANA_PASSWORD: 'k1', LOGSTASH_PASSWORD: 'l1' }
  const run = async (url: string, environment: Readonly<Record<string, string>>) =>
    promisify(execFile)('sh', ['setup.sh'], {
      cwd: 'deploy/elk',
      env: { PATH: process.env.PATH, ELASTICSEARCH_URL: url, ...environment },
    })

  it('puts the policy before the template that names it, and both as the first user has them', async () => {
    const requests: { readonly path: string; readonly body: unknown }[] = []
    const url = await listen(async (request) => {
      requests.push({ path: request.url!, body: JSON.parse(await bodyOf(request)) })
      expect(request.headers.authorization).toBe(`Basic ${btoa('elastic:e1')}`)
      return request.method === 'PUT' ? 200 : 405
    })
    await run(url, passwords)
    expect(requests.map(({ path }) => path)).toEqual([
      '/_ilm/policy/holysheep-logs-policy',
      '/_index_template/holysheep-template',
      '/_security/user/kibana_system/_password',
      '/_security/role/logstash_writer',
      '/_security/user/logstash_writer',
    ])
    const [policy, template, kibana, , logstash] = requests.map(({ body }) => body)
    expect(policy).toEqual({
      policy: {
        phases: {
          hot: { min_age: '0ms', actions: { rollover: { max_size: '5gb', max_age: '1d' } } },
          delete: { min_age: '30d', actions: { delete: {} } },
        },
      },
    })
    expect(template).toMatchObject({
      index_patterns: ['holysheep-*'],
      template: {
        settings: {
          number_of_shards: 1,
          number_of_replicas: 0,
          'index.lifecycle.name': 'holysheep-logs-policy',
        },
        mappings: { properties: elasticProperties() },
      },
    })
    expect(kibana).toEqual({ password: 'k1' })
    expect(logstash).toMatchObject({ password: 'l1', roles: ['logstash_writer'] })
  })

  it('ends with an error when Elasticsearch refuses something', async () => {
    const url = await listen(async () => 400)
    await expect(run(url, passwords)).rejects.toThrow()
  })

  it('does nothing without passwords', async () => {
    const refused = run('http://127.0.0.1:1', { ...passwords, KIBANA_PASSWORD: '' })
    await expect(refused).rejects.toThrow(/KIBANA_PASSWORD/)
  })
})

describe('the alerts of Prometheus', () => {
  let bellwether: Bellwether

  beforeAll(async () => {
    bellwether = await startBellwether()
  })

  afterAll(stopAllBellwethers)

  it('are on metrics and labels that the relay shows', async () => {
    await fetch(`${bellwether.relay}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bellwether.key}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
    })
    const metrics = await (await fetch(`${bellwether.relay}/metrics`)).text()
    const rules = expressionsOf('deploy/prometheus/alerts.yml')
    expect(rules.length).toBeGreaterThan(4)
    for (const rule of rules) {
      for (const [name] of rule.matchAll(/bellwether_\w+/g)) {
        const samples = metrics.split('\n').filter((line) => line.startsWith(name))
        expect(samples, name).not.toEqual([])
        for (const [, label] of rule.matchAll(/(?:by \(|, )(\w+)[,)]/g)) {
          expect(samples.join('\n'), rule).toContain(`${label}="`)
        }
      }
    }
  })

  it('are read by a Prometheus that asks the relay', () => {
    const config = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')) as object
    expect(config).toMatchObject({
      rule_files: ['alerts.yml'],
      scrape_configs: [
        { metrics_path: '/metrics', static_configs: [{ targets: ['bellwether:8080'] }] },
      ],
    })
  })
})

function expressionsOf(file: string): readonly string[] {
  const { groups } = parse(readFileSync(file, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[]
  }
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))
}

function byName(one: string, other: string): number {
  return one < other ? -1 : 1
}

const listening: ReturnType<typeof createServer>[] = []
afterAll(() => {
  for (const server of listening) server.close()
})

/** Starts a server that answers `{}` with the status that `answer` returns. */
async function listen(answer: (request: IncomingMessage) => Promise<number>): Promise<string> {
  const server = createServer((request, response) => {
    answer(request).then(
      (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(500).end(),
    )
  })
  listening.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
