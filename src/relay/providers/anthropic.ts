import type { Operation } from '../endpoints.ts'
import { basePath } from './base-path.ts'
import type { Provider } from './provider.ts'

const PATHS: Readonly<Partial<Record<Operation, string>>> = {
  messages: '/v1/messages',
  messages_count_tokens: '/v1/messages/count_tokens',
}

/** Anthropic's Messages API. */
export const anthropic: Provider = {
  kind: 'anthropic',
  protocol: 'anthropic',
  baseUrl: 'https://api.anthropic.com',
  basePath: (pathname) => basePath(pathname, /\/v1$/),
  path: (operation) => PATHS[operation],
  credentialHeaders: (apiKey) => (apiKey === undefined ? [] : ['x-api-key', apiKey]),
  // later versions refuse `temperature` and the like, which translated requests may carry
  defaultHeaders: ['anthropic-version', '2023-06-01'],
  readRegion: () => undefined,
}
