import { createHash } from 'node:crypto'

const TAKEN = /^[a-zA-Z0-9_-]+$/

/**
 * The id of a tool call in the letters that Anthropic takes. Ids of other letters become ones
 * that differ wherever the given ones do, and are the same for a call and its result.
 */
export function toolId(id: string): string {
  if (TAKEN.test(id)) return id
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 16)
  return `${id.slice(0, 40).replaceAll(/[^a-zA-Z0-9_-]/g, '_')}_${digest}`
}
