import { readMsRegion } from './ms-region.ts'
import { openai } from './openai.ts'
import type { Provider } from './provider.ts'

/**
 * Whatever speaks OpenAI's protocol at an address of its own: OpenRouter, vLLM, Ollama, another
 * relay. What it does not serve it answers with a 404.
 */
export const openaiCompatible: Provider = {
  ...openai,
  kind: 'openai-compatible',
  baseUrl: undefined,
  readRegion: readMsRegion,
}
