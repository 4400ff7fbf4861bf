import { basePath } from './base-path.ts'
import { bearerHeaders } from './bearer-headers.ts'
import { OPENAI_PATHS } from './openai-paths.ts'
import type { Provider } from './provider.ts'

/** OpenAI's own API. */
export const openai: Provider = {
  kind: 'openai',
  protocol: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  basePath: (pathname) => basePath(pathname),
  path: (operation) => OPENAI_PATHS[operation],
  credentialHeaders: bearerHeaders,
  defaultHeaders: [],
  readRegion: () => undefined,
}
