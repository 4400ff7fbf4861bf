import type { Target } from './http-connection.ts'

export type Process = Target & { readonly pid: number }

/** Something that is measured: calls of a model through a process. */
export interface Subject {
  readonly name: string
  readonly process: Process
  readonly model: string
}

export const CHAT_MODEL = 'gpt-4o-mini'

/** A model that the relay has at a provider of another protocol. */
export const TRANSLATED_MODEL = 'claude-bench'

const WORDS = 'Bellwether measures what a call costs on its way through the relay. '

/** What JSON and the other members take of a body. */
const FRAME_BYTES = 150

/** A caller's request of about `bytes` bytes. */
export function chatBody(model: string, bytes: number, stream: boolean): string {
  const content = WORDS.repeat(Math.ceil(bytes / WORDS.length)).slice(0, bytes - FRAME_BYTES)
  const messages = [{ role: 'user', content }]
  return JSON.stringify({ model, stream, temperature: 0.2, messages })
}
