import type { Operation } from '../endpoints.ts'
import { basePath } from './base-path.ts'
import { openai } from './openai.ts'
import type { Provider } from './provider.ts'

/** Completions are of the beta API, whichever of the two the base URL names for the rest. */
const PATHS: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/chat/completions',
  completions: '/beta/completions',
}

/** DeepSeek's API: OpenAI's protocol, text generation only. */
export const deepseek: Provider = {
  ...openai,
  kind: 'deepseek',
  baseUrl: 'https://api.deepseek.com',
  basePath: (pathname, operation) =>
    basePath(pathname, operation === 'completions' ? /\/(?:v1|beta)$/ : undefined),
  path: (operation) => PATHS[operation],
}
