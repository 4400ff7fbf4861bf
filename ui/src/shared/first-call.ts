import type { Status } from '../api/status.ts'

const USUAL_MODEL = 'gpt-4o-mini'

/** The command that sends a first call through the relay. */
export function firstCallCommand({ url, models }: Status['relay'], prompt: string): string {
  const model = models.includes(USUAL_MODEL) ? USUAL_MODEL : (models[0] ?? USUAL_MODEL)
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] })
  return [
    `curl ${url}/v1/chat/completions \\`,
    '  -H "authorization: Bearer $HOLYSHEEP_API_KEY" \\',
    "  -H 'content-type: application/json' \\",
    `  -d '${body.replaceAll("'", "'\\''")}'`,
  ].join('\n')
}
