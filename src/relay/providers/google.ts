import type { Operation } from '../endpoints.ts'
import { basePath } from './base-path.ts'
import type { PathTarget, Provider } from './provider.ts'

const METHODS: Readonly<Partial<Record<Operation, string>>> = {
  generate_content: 'generateContent',
  google_count_tokens: 'countTokens',
  embed_content: 'embedContent',
  batch_embed_contents: 'batchEmbedContents',
}

/** Google's Gemini API. */
export const google: Provider = {
  kind: 'google',
  protocol: 'google',
  baseUrl: 'https://generativelanguage.googleapis.com',
  // the address of its OpenAI dialect, which many have written down, is taken as well
  basePath: (pathname) => basePath(pathname, /\/v1(?:alpha|beta)?(?:\/openai)?$/),
  path,
  credentialHeaders: (apiKey) => (apiKey === undefined ? [] : ['x-goog-api-key', apiKey]),
  defaultHeaders: [],
  readRegion: () => undefined,
}

function path(operation: Operation, { model, stream }: PathTarget): string | undefined {
  const method = METHODS[operation]
  if (method === undefined) return undefined
  const resource = `/v1beta/${resourceName(model)}`
  // without `alt=sse` the stream would be one JSON array
  return operation === 'generate_content' && stream
    ? `${resource}:streamGenerateContent?alt=sse`
    : `${resource}:${method}`
}

/** A model of Google's own is `models/…`, one that a customer has tuned `tunedModels/…`. */
function resourceName(model: string): string {
  const named = /^(?:models|tunedModels)\//.test(model) ? model : `models/${model}`
  // a colon would end the name
  return named.split('/').map(encodeURIComponent).join('/')
}
