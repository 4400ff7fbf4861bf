import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  type Bellwether,
  runBellwether,
  startBellwether,
  startCommand,
  stopAllBellwethers,
} from '../support/bellwether.ts'
import { type EchoProvider, startEchoProvider } from '../support/echo-provider.ts'
import { pollUntil } from '../support/poll-until.ts'
import { recordOf } from '../support/search.ts'

/** Time until a changed file is in force, and what a busy machine gets on top. */
const IN_FORCE_MS = 2_000
const SLACK_MS = 3_000

const MESSAGES = [{ role: 'user' as const, content: 'Who are you?' }]

let providers: readonly EchoProvider[]
let server: Bellwether
let client: OpenAI
beforeAll(async () => {
  providers = await Promise.all(['ada', 'bob'].map(startEchoProvider))
  server = await startBellwether({ config: served('ada/echo') })
  client = new OpenAI({ baseURL: `${server.relay}/v1`, apiKey: server.key, maxRetries: 0 })
})
afterAll(async () => {
  await stopAllBellwethers()
  await Promise.all(providers.map((provider) => provider.close()))
})

function served(target: string, more: Readonly<Record<string, unknown>> = {}) {
  const [ada, bob] = providers.map(({ url }) => ({ base_url: url }))
  return { providers: { ada, bob }, models: { who: { target } }, log_level: 'info', ...more }
}

async function ask(model = 'who'): Promise<string | null | undefined> {
  const { choices } = await client.chat.completions.create({ model, messages: MESSAGES })
  return choices[0]?.message.content
}

function answered(name: string): Promise<true> {
  const limitMs = IN_FORCE_MS + SLACK_MS
  return pollUntil(`an answer of ${name}`, async () => (await ask()) === name || undefined, limitMs)
}

function logged(text: string | RegExp, since = 0): Promise<true> {
  const found = () => {
    const log = server.log().slice(since)
    return (typeof text === 'string' ? log.includes(text) : text.test(log)) || undefined
  }
  return pollUntil(`${text} in the log`, found)
}

it('calls the new target soon, while a stream that is open goes on as it began', async () => {
  const { data, response } = await client.chat.completions
    .create({ model: 'who', messages: MESSAGES, stream: true })
    .withResponse()
  const chunks = data[Symbol.asyncIterator]()
  expect((await chunks.next()).value?.choices[0]?.delta.content).toBe('ada')
  expect(await ask()).toBe('ada')

  server.configure(served('bob/echo'))
  await answered('bob')
  providers[0]?.release()
  let rest = ''
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    rest += next.value.choices[0]?.delta.content ?? ''
  }
  expect(rest).toBe(', still ada')
  const record = await recordOf(server.search, response.headers.get('x-request-id')!)
  expect(record).toMatchObject({ provider: 'ada', outcome: 'ok' })
})

it('starts a relay that died with the newest configuration', async () => {
  await server.restart('relay', 'SIGKILL')
  expect(await ask()).toBe('bob')
})

it('keeps the configuration when the file is broken, and says which field is wrong in which line', async () => {
  server.configure(served('carol/echo'))
  await logged(/line \d+: models\.who: no provider for target carol\/echo/)
  server.configure({ ...served('ada/echo'), relay: { max_body_mb: 'much' } })
  await logged(/line \d+: relay\.max_body_mb: /)
  expect(await ask()).toBe('bob')
})

it('keeps the configuration when the file cannot be read, and says which line is wrong', async () => {
  server.configure('models: {}\nlisten: [\n')
  await logged(/"problem":"[^"]*at line \d+, column \d+/)
  expect(await ask()).toBe('bob')
  server.configure(served('ada/echo'))
  await answered('ada')
})

it('shows new models in the console and to `bellwether status`', async () => {
  server.configure(
    served('ada/echo', { models: { who: { target: 'ada/echo' }, other: { target: 'bob/echo' } } }),
  )
  await pollUntil(
    'the model',
    async () => (await ask('other').catch(() => '')) === 'bob' || undefined,
  )
  const shown = await pollUntil('the model in the console', async () => {
    const status = await (await fetch(`${server.console}/api/status`)).json()
    const { models } = (status as { relay: { models: string[] } }).relay
    return models.includes('other') ? models : undefined
  })
  expect(shown).toEqual(['who', 'other'])
  expect((await server.run('status', '--json')).stdout).toContain('other')
})

it('names what needs a restart and takes the rest', async () => {
  server.configure(served('bob/echo', { search: { timeout_ms: 5 } }))
  await answered('bob')
  await logged(/"settings":\["search\.timeout_ms"\].*restart/)
})

it('reads the file again on SIGHUP and goes on', async () => {
  server.configure(served('bob/echo'))
  const before = server.log().length
  process.kill(server.pid, 'SIGHUP')
  await logged('"changed":false', before)
  expect(await ask()).toBe('bob')
})

it('follows the file of a relay that runs alone', async () => {
  const data = mkdtempSync(join(tmpdir(), 'bellwether-alone-'))
  const file = join(data, 'bellwether.yaml')
  const configure = (target: string) =>
    writeFileSync(file, stringify({ ...served(target), listen: { relay: 0 } }))
  configure('ada/echo')
  const { stdout: key } = await runBellwether(['keys', 'create', '--name', 'a', '--data', data])
  const cleanUp = () => rmSync(data, { recursive: true })
  const args = ['relay', '--json', '--data', data, '--config', file]
  const { relay } = JSON.parse(await startCommand(args, cleanUp)) as { relay: number }
  const alone = new OpenAI({ baseURL: `http://127.0.0.1:${relay}/v1`, apiKey: key.trim() })
  const said = async () => {
    const { choices } = await alone.chat.completions.create({ model: 'who', messages: MESSAGES })
    return choices[0]?.message.content
  }
  expect(await said()).toBe('ada')
  configure('bob/echo')
  await pollUntil('the other', async () => ((await said()) === 'bob' ? true : undefined))
})
