import type { AnswerHeaders } from './provider.ts'

/** The region that Azure's gateways name, also behind a proxy of somebody else's. */
export function readMsRegion(headers: AnswerHeaders): string | undefined {
  const region = headers['x-ms-region']
  return typeof region === 'string' && region !== '' ? region : undefined
}
