import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../accounts/index.ts'
import { allowedFor, allowsModel, checkKey, presentedKey } from './key-check.ts'
import type { ProtocolName } from './protocols/protocol.ts'

const UNKNOWN = `hss_${'0'.repeat(40)}`

let folder: string
let accounts: Accounts
let secret: string
const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-key-check-'))
  accounts = openAccounts(join(folder, 'accounts.db'), clock)
  secret = accounts.keys.create({ name: 'shop' }).secret
})
afterAll(() => {
  accounts.close()
  rmSync(folder, { recursive: true })
})

interface Sent {
  readonly authorization?: string
  readonly apiKey?: string
  readonly queryKey?: string
}

function check(protocol: ProtocolName, { authorization, apiKey, queryKey }: Sent) {
  return checkKey(accounts.keys, presentedKey(protocol, { authorization, apiKey }, queryKey))
}

function messageOf(protocol: ProtocolName, sent: Sent): string {
  const result = check(protocol, sent)
  if (result.ok) throw new Error('the key was taken')
  expect(result.error).toMatchObject({ status: 401, code: 'invalid_api_key', retry: false })
  expect(result.error.message).not.toContain('000000')
  return result.error.message
}

describe('a key', () => {
  it.each([
    ['openai', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['openai', (key: string) => ({ authorization: `bearer ${key}` })],
    ['openai', (key: string) => ({ apiKey: key })],
    ['anthropic', (key: string) => ({ apiKey: key })],
    ['anthropic', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['anthropic', (key: string) => ({ apiKey: 'sk-ant-1', authorization: `Bearer ${key}` })],
    ['anthropic', (key: string) => ({ apiKey: key, authorization: 'Bearer sk-ant-1' })],
    ['google', (key: string) => ({ apiKey: key })],
    ['google', (key: string) => ({ queryKey: key })],
    ['google', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['google', (key: string) => ({ queryKey: key, authorization: 'Basic YTpi' })],
  ] as const)('is taken in the protocol %s wherever it is put (%#)', (protocol, sent) => {
    expect(check(protocol, sent(secret))).toMatchObject({ ok: true, key: { name: 'shop' } })
  })

  it.each([
    ['openai', {}, 'Authorization: Bearer hss_'],
    ['openai', { authorization: '' }, 'Authorization: Bearer hss_'],
    ['openai', { authorization: 'Basic YTpi' }, 'no API key was given'],
    ['openai', { authorization: UNKNOWN }, 'no API key was given'],
    ['openai', { queryKey: UNKNOWN }, 'no API key was given'],
    ['anthropic', {}, 'x-api-key: hss_'],
    ['anthropic', { apiKey: '' }, 'x-api-key: hss_'],
    ['google', {}, 'x-goog-api-key: hss_…" or "?key=hss_'],
    ['openai', { authorization: 'Bearer sk-proj-1234' }, 'malformed'],
    ['anthropic', { apiKey: 'sk-ant-1234' }, 'malformed'],
    ['anthropic', { apiKey: `Bearer ${UNKNOWN}` }, 'malformed'],
    ['google', { queryKey: 'AIza1234' }, 'malformed'],
    ['openai', { authorization: `Bearer ${UNKNOWN}` }, 'unknown'],
    ['anthropic', { apiKey: UNKNOWN }, 'unknown'],
    ['google', { queryKey: UNKNOWN }, 'unknown'],
    ['openai', { authorization: `Bearer ${UNKNOWN}\\n` }, 'newline'],
    ['openai', { authorization: `Bearer  ${UNKNOWN}` }, 'white space'],
    ['anthropic', { apiKey: `${UNKNOWN}\\r` }, 'newline'],
    ['google', { queryKey: `${UNKNOWN}\n` }, 'newline'],
    ['google', { queryKey: ` ${UNKNOWN}` }, 'white space'],
  ] as const)('in the protocol %s as %j is refused with a message of its own', (...example) => {
    const [protocol, sent, message] = example
    expect(messageOf(protocol, sent)).toContain(message)
  })

  it('that has expired or was revoked is told so', () => {
    const trial = accounts.keys.create({ name: 'trial', expiresMs: clock.ms + 1_000 })
    expect(check('anthropic', { apiKey: trial.secret }).ok).toBe(true)
    clock.ms += 1_000
    expect(check('anthropic', { apiKey: trial.secret })).toMatchObject({ reason: 'key_expired' })
    expect(messageOf('anthropic', { apiKey: trial.secret })).toContain('expired')
    accounts.keys.revoke('trial')
    expect(messageOf('google', { queryKey: trial.secret })).toContain('revoked')
  })
})

describe('what a key may do', () => {
  const base = { id: 'key_1', name: 'shop', createdMs: 0 }
  const CHAT = '/v1/chat/completions'

  it('is everything unless it was limited', () => {
    expect(allowedFor(base, CHAT, 'gpt-4o')).toBeUndefined()
    expect(allowsModel(base, 'gpt-4o')).toBe(true)
  })

  it.each([
    [['gpt-4o'], 'gpt-4o', true],
    [['gpt-4o'], 'gpt-4o-mini', false],
    [['gpt-4*'], 'gpt-4o-mini', true],
    [['gpt-4*'], 'gpt-5', false],
    [['*'], 'anything', true],
    [['small', 'gpt-5'], 'gpt-5', true],
    [[], 'gpt-5', false],
  ] as const)('with the models %j for %s: %s', (models, model, allowed) => {
    expect(allowsModel({ ...base, models }, model)).toBe(allowed)
    expect(allowedFor({ ...base, models }, CHAT, model) === undefined).toBe(allowed)
  })

  it('is refused for another model with a 403 that names it', () => {
    expect(allowedFor({ ...base, models: ['small', 'gpt-4*'] }, CHAT, 'o3')).toEqual({
      status: 403,
      type: 'permission_error',
      code: 'model_not_allowed',
      param: 'model',
      message: 'this API key may not call the model `o3`, only small, gpt-4*',
      retry: false,
    })
  })

  it('is refused for another endpoint before a model is known', () => {
    const key = { ...base, endpoints: ['/v1/audio/*', CHAT] }
    expect(allowedFor(key, CHAT)).toBeUndefined()
    expect(allowedFor(key, '/v1/audio/speech')).toBeUndefined()
    expect(allowedFor(key, '/v1/embeddings')).toMatchObject({
      status: 403,
      code: 'endpoint_not_allowed',
      message: 'this API key may not call /v1/embeddings, only /v1/audio/*, /v1/chat/completions',
    })
  })
})
