import Anthropic from '@anthropic-ai/sdk'
import OpenAI, { AzureOpenAI } from 'openai'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../endpoints.ts'
import { providerOf } from './index.ts'
import type { Provider } from './provider.ts'

const TARGET = { model: 'm-1', stream: false }

const OPENAI_OPERATIONS: readonly Operation[] = [
  'chat',
  'completions',
  'responses',
  'embeddings',
  'moderations',
  'image_generation',
  'image_edit',
  'speech',
  'transcription',
  'audio_translation',
]
const OTHER_OPERATIONS: readonly Operation[] = [
  'messages',
  'messages_count_tokens',
  'generate_content',
  'google_count_tokens',
  'embed_content',
  'batch_embed_contents',
]

/** Where a request goes behind the host. */
function pathAt(provider: Provider, pathname: string, operation: Operation, model = 'm-1') {
  const path = provider.path(operation, { model, stream: false })
  return path === undefined ? undefined : provider.basePath(pathname, operation) + path
}

/** Does each of OpenAI's operations with an official client; returns the paths it asked for. */
async function pathsOfSdk(make: (fetch: typeof globalThis.fetch) => OpenAI) {
  const paths: string[] = []
  const client = make((input) => {
    const { protocol, pathname, search } = new URL(input instanceof Request ? input.url : input)
    // the SDK tries out with a `data:` URL whether it can send forms
    if (protocol === 'https:') paths.push(pathname + search)
    return Promise.resolve(Response.json({ data: [] }))
  })
  const file = new File(['x'], 'x.mp3')
  await client.chat.completions.create({ model: 'm-1', messages: [] })
  await client.completions.create({ model: 'm-1', prompt: '' })
  await client.responses.create({ model: 'm-1', input: '' })
  await client.embeddings.create({ model: 'm-1', input: '' })
  await client.moderations.create({ model: 'm-1', input: '' })
  await client.images.generate({ model: 'm-1', prompt: '' })
  await client.images.edit({ model: 'm-1', prompt: '', image: file })
  await client.audio.speech.create({ model: 'm-1', input: '', voice: 'ash' })
  await client.audio.transcriptions.create({ model: 'm-1', file })
  await client.audio.translations.create({ model: 'm-1', file })
  return paths
}

describe('OpenAI', () => {
  const openai = providerOf('openai', undefined, undefined)

  it('is asked where its official SDK asks', async () => {
    const paths = await pathsOfSdk((fetch) => new OpenAI({ apiKey: 'k', fetch }))
    const { pathname } = new URL(openai.baseUrl ?? '')
    expect(OPENAI_OPERATIONS.map((each) => pathAt(openai, pathname, each))).toEqual(paths)
  })

  it("serves no other protocol's operations", () => {
    for (const each of OTHER_OPERATIONS) expect(openai.path(each, TARGET)).toBeUndefined()
  })

  it('takes its key as a bearer, or none', () => {
    expect(openai.credentialHeaders('k')).toEqual(['authorization', 'Bearer k'])
    expect(openai.credentialHeaders(undefined)).toEqual([])
  })
})

describe('an OpenAI-compatible provider', () => {
  const compatible = providerOf('openai-compatible', 'http://localhost:11434/v1/', undefined)

  it('is asked for everything that OpenAI serves, below any path', () => {
    expect(pathAt(compatible, '/api/v1/', 'responses')).toBe('/api/v1/responses')
    expect(pathAt(compatible, '/', 'chat')).toBe('/chat/completions')
    for (const each of OPENAI_OPERATIONS) expect(compatible.path(each, TARGET)).toBeDefined()
    for (const each of OTHER_OPERATIONS) expect(compatible.path(each, TARGET)).toBeUndefined()
  })

  it('may name its region', () => {
    expect(compatible.readRegion({ 'x-ms-region': 'West Europe' })).toBe('West Europe')
    expect(compatible.readRegion({ 'x-ms-region': '' })).toBeUndefined()
    expect(compatible.readRegion({ 'x-ms-region': ['a', 'b'] })).toBeUndefined()
    expect(compatible.readRegion({})).toBeUndefined()
  })
})

describe('DeepSeek', () => {
  const deepseek = providerOf('deepseek', undefined, undefined)

  it.each(['/', '/v1', '/beta/'])('serves completions below its beta path, from %s too', (path) => {
    expect(pathAt(deepseek, path, 'completions')).toBe('/beta/completions')
  })

  it.each([
    ['/', '/chat/completions'],
    ['/v1/', '/v1/chat/completions'],
    ['/beta', '/beta/chat/completions'],
  ])('serves chat where the base URL %s says', (base, path) => {
    expect(pathAt(deepseek, base, 'chat')).toBe(path)
  })

  it.each(['embeddings', 'responses', 'image_generation', 'messages'] as const)(
    'does not serve %s',
    (operation) => {
      expect(deepseek.path(operation, TARGET)).toBeUndefined()
    },
  )
})

describe('Anthropic', () => {
  const anthropic = providerOf('anthropic', undefined, undefined)

  it('is asked where its official SDK asks', async () => {
    const asked: string[] = []
    const client = new Anthropic({
      apiKey: 'k',
      fetch: (input) => {
        asked.push(input instanceof Request ? input.url : String(input))
        return Promise.resolve(Response.json({}))
      },
    })
    const messages = { model: 'm-1', messages: [] }
    await client.messages.create({ ...messages, max_tokens: 1 })
    await client.messages.countTokens(messages)
    const operations = ['messages', 'messages_count_tokens'] as const
    const paths = operations.map((each) => pathAt(anthropic, '/', each))
    expect(asked).toEqual(paths.map((path) => `${anthropic.baseUrl}${path}`))
  })

  it('takes its key in a header of its own, and needs a version', () => {
    expect(anthropic.credentialHeaders('k')).toEqual(['x-api-key', 'k'])
    expect(anthropic.credentialHeaders(undefined)).toEqual([])
    expect(anthropic.defaultHeaders).toEqual(['anthropic-version', '2023-06-01'])
  })

  it.each(['/', '/v1', '/v1/'])('is found at the base path %s', (base) => {
    expect(pathAt(anthropic, base, 'messages')).toBe('/v1/messages')
  })

  it('is found behind a gateway', () => {
    expect(pathAt(anthropic, '/gate/anthropic/v1', 'messages')).toBe('/gate/anthropic/v1/messages')
    expect(pathAt(anthropic, '/gate', 'chat')).toBeUndefined()
  })
})

describe('Google', () => {
  const google = providerOf('google', undefined, undefined)

  it.each([
    ['generate_content', false, '/v1beta/models/m-1:generateContent'],
    ['generate_content', true, '/v1beta/models/m-1:streamGenerateContent?alt=sse'],
    ['google_count_tokens', false, '/v1beta/models/m-1:countTokens'],
    ['embed_content', true, '/v1beta/models/m-1:embedContent'],
    ['batch_embed_contents', false, '/v1beta/models/m-1:batchEmbedContents'],
    ['chat', false, undefined],
    ['embeddings', false, undefined],
    ['messages', true, undefined],
  ] as const)('serves %s, streamed: %s, at %s', (operation, stream, path) => {
    expect(google.path(operation, { model: 'm-1', stream })).toBe(path)
  })

  it.each(['/', '/v1beta', '/v1/', '/v1alpha', '/v1beta/openai/'])(
    'is found at the base path %s',
    (base) => {
      expect(pathAt(google, base, 'embed_content')).toBe('/v1beta/models/m-1:embedContent')
    },
  )

  it.each([
    ['models/gemini-2.5-flash', '/v1beta/models/gemini-2.5-flash:countTokens'],
    ['tunedModels/mine-1', '/v1beta/tunedModels/mine-1:countTokens'],
    ['gemma:7b?x#y z', '/v1beta/models/gemma%3A7b%3Fx%23y%20z:countTokens'],
    ['mô-hình', '/v1beta/models/m%C3%B4-h%C3%ACnh:countTokens'],
  ])('knows the model %s at %s', (model, path) => {
    expect(google.path('google_count_tokens', { model, stream: false })).toBe(path)
  })

  it('takes its key in a header of its own', () => {
    expect(google.credentialHeaders('k')).toEqual(['x-goog-api-key', 'k'])
  })
})

describe('Azure', () => {
  const HOST = 'https://mine.openai.azure.com'
  const VERSION = '2024-10-21'

  it('with a version is asked where its official SDK asks, but for moderations', async () => {
    const paths = await pathsOfSdk(
      (fetch) => new AzureOpenAI({ endpoint: HOST, apiVersion: VERSION, apiKey: 'k', fetch }),
    )
    const azure = providerOf('azure', HOST, VERSION)
    for (const [place, operation] of OPENAI_OPERATIONS.entries()) {
      const expected = operation === 'moderations' ? undefined : paths[place]
      expect(pathAt(azure, '/', operation)).toBe(expected)
    }
    expect(paths[0]).toBe(`/openai/deployments/m-1/chat/completions?api-version=${VERSION}`)
    expect(paths[2]).toBe(`/openai/responses?api-version=${VERSION}`)
  })

  it('without one is asked below the path of the v1 API', () => {
    const azure = providerOf('azure', HOST, undefined)
    expect(pathAt(azure, '/', 'chat')).toBe('/openai/v1/chat/completions')
    expect(pathAt(azure, '/', 'responses')).toBe('/openai/v1/responses')
    expect(pathAt(azure, '/', 'moderations')).toBeUndefined()
    expect(pathAt(azure, '/', 'messages')).toBeUndefined()
  })

  it('has versions of the v1 API too', () => {
    const azure = providerOf('azure', HOST, 'preview')
    expect(pathAt(azure, '/', 'chat')).toBe('/openai/v1/chat/completions?api-version=preview')
  })

  it.each(['/', '/openai', '/openai/', '/openai/v1/', '/models'])(
    'is found at the base path %s',
    (base) => {
      const azure = providerOf('azure', HOST + base, undefined)
      expect(pathAt(azure, base, 'chat')).toBe('/openai/v1/chat/completions')
    },
  )

  it('is found by the address that its portal shows, which names deployment and version', () => {
    const base = '/openai/deployments/their-name/chat/completions'
    const address = `${HOST}${base}?api-version=${VERSION}`
    const azure = providerOf('openai-compatible', address, undefined)
    expect(pathAt(azure, base, 'embeddings')).toBe(
      `/openai/deployments/their-name/embeddings?api-version=${VERSION}`,
    )
  })

  it('encodes the name of a deployment', () => {
    const azure = providerOf('azure', HOST, VERSION)
    expect(pathAt(azure, '/', 'chat', 'a/b c')).toContain('/openai/deployments/a%2Fb%20c/chat/')
  })

  it.each([
    HOST,
    'https://mine.cognitiveservices.azure.com/openai',
    'https://MINE.services.ai.azure.com',
  ])('is recognised by its host: %s', (address) => {
    const azure = providerOf('openai-compatible', address, undefined)
    expect(azure.kind).toBe('azure')
    expect(azure.credentialHeaders('k')).toEqual(['api-key', 'k'])
  })

  it.each(['https://openai.azure.com.example.org/v1', 'https://example.org/.openai.azure.com'])(
    'is not taken for: %s',
    (address) => {
      expect(providerOf('openai-compatible', address, undefined).kind).toBe('openai-compatible')
    },
  )
})
