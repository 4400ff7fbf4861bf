import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Installation, install, type Recipe } from './installation.ts'
import { freePort, startServer } from './processes.ts'
import { CHAT_MODEL, type Process } from './subject.ts'

/** Another gateway, started as its documentation says for production. */
export interface Peer {
  readonly name: string
  readonly version: string
  readonly installation: Installation
  /** Starts it on a core in front of the provider; undefined when it does not listen in time. */
  start(core: number, upstreamPort: number): Promise<Process | undefined>
}

/** Installs what is measured beside the relay, unless an earlier run has. */
export function installPeers(): readonly Peer[] {
  return [portkey(), liteLlm()]
}

const PROVIDER_KEY = 'sk-bench-provider-credential'

const PORTKEY = '1.15.2'

const PORTKEY_RECIPE: Recipe = {
  name: 'portkey',
  files: {
    'package.json': JSON.stringify({
      private: true,
      dependencies: { '@portkey-ai/gateway': PORTKEY },
      // as in its own lock file and image: with later ones it answers streams with 500
      // (https://github.com/Portkey-AI/gateway/issues/1389)
      overrides: { '@hono/node-server': '1.13.5', '@hono/node-ws': '1.2.0', hono: '4.9.7' },
    }),
  },
  commands: [['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts']],
}

const PORTKEY_START_MS = 30_000

function portkey(): Peer {
  const installation = install(PORTKEY_RECIPE)
  return {
    name: 'Portkey',
    version: PORTKEY,
    installation,
    async start(core, upstreamPort) {
      if (!installation.ok) return undefined
      const port = await freePort()
      const main = 'node_modules/@portkey-ai/gateway/build/start-server.js'
      const started = await startServer({
        core,
        command: [
          process.execPath,
          join(installation.folder, main),
          '--headless',
          `--port=${port}`,
        ],
        port,
        folder: mkdtempSync(join(tmpdir(), 'bellwether-portkey-')),
        environment: environment({}),
        withinMs: PORTKEY_START_MS,
      })
      const headers = {
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
      }
      return started && { ...started, key: PROVIDER_KEY, headers }
    },
  }
}

const LITELLM = '1.106.2'

const LITELLM_RECIPE: Recipe = {
  name: 'litellm',
  files: {},
  commands: [
    ['python3', '-m', 'venv', '.'],
    ['bin/pip', 'install', '--disable-pip-version-check', `litellm[proxy]==${LITELLM}`],
  ],
}

const LITELLM_START_MS = 90_000
const LITELLM_KEY = 'sk-bench'

function liteLlm(): Peer {
  const installation = install(LITELLM_RECIPE)
  return {
    name: 'LiteLLM',
    version: LITELLM,
    installation,
    async start(core, upstreamPort) {
      if (!installation.ok) return undefined
      const port = await freePort()
      const folder = mkdtempSync(join(tmpdir(), 'bellwether-litellm-'))
      const config = join(folder, 'config.yaml')
      writeFileSync(config, JSON.stringify(liteLlmConfig(upstreamPort)))
      const address = ['--host', '127.0.0.1', '--port', String(port)]
      const started = await startServer({
        core,
        command: [
          join(installation.folder, 'bin/litellm'),
          '--config',
          config,
          ...address,
          '--num_workers',
          '1',
          '--telemetry',
          'False',
        ],
        port,
        folder,
        environment: environment({
          LITELLM_MODE: 'PRODUCTION',
          LITELLM_LOG: 'ERROR',
          LITELLM_MASTER_KEY: LITELLM_KEY,
          // its prices are in the package too; without this it asks a web site for them
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        }),
        withinMs: LITELLM_START_MS,
      })
      return started && { ...started, key: LITELLM_KEY }
    },
  }
}

/** One model, no database; YAML takes JSON as it is. */
function liteLlmConfig(upstreamPort: number) {
  const provider = { api_base: `http://127.0.0.1:${upstreamPort}/v1`, api_key: PROVIDER_KEY }
  const parameters = { model: `openai/${CHAT_MODEL}`, ...provider }
  return {
    model_list: [{ model_name: CHAT_MODEL, litellm_params: parameters }],
    litellm_settings: { request_timeout: 600, set_verbose: false },
  }
}

/** What this shell has set for other servers must not reach them: keys, databases, proxies. */
function environment(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME, ...own }
}
