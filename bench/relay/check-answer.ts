import { COMPLETION_TOKENS, PROMPT_TOKENS, STREAM_CHUNKS, TEXT } from './fixed-answers.ts'
import { chatBody, type Subject } from './subject.ts'

/** The first call of a gateway may load half of it. */
const LATEST_ANSWER_MS = 30_000

const BODY_BYTES = 1024

/** Why a whole answer is not the one that the provider gave; undefined when it is. */
export async function problemOfWhole(subject: Subject): Promise<string | undefined> {
  const { status, text } = await ask(subject, false)
  if (status !== 200) return `answers with ${status}: ${text.slice(0, 100)}`
  const { choices, usage } = readAnswer(text)
  if (choices?.[0]?.message?.content !== TEXT) return 'answers with another text'
  const { prompt_tokens, completion_tokens } = usage ?? {}
  if (prompt_tokens === PROMPT_TOKENS && completion_tokens === COMPLETION_TOKENS) return undefined
  return `answers with ${prompt_tokens} and ${completion_tokens} tokens`
}

interface Answer {
  readonly choices?: readonly { readonly message?: { readonly content?: string } }[]
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number }
}

function readAnswer(text: string): Answer {
  try {
    return (JSON.parse(text) as Answer | null) ?? {}
  } catch {
    return {}
  }
}

/** Why a single streamed answer is not the one that the provider gave; undefined when it is. */
export async function problemOfStream(subject: Subject): Promise<string | undefined> {
  const { status, text } = await ask(subject, true)
  if (status !== 200) return `streams with ${status}: ${text.slice(0, 100)}`
  if (!text.trimEnd().endsWith('data: [DONE]')) return 'streams end without [DONE]'
  const chunks = text.match(/@\d+;/g)?.length ?? 0
  return chunks === STREAM_CHUNKS ? undefined : `streams have ${chunks} chunks`
}

async function ask({ process, model }: Subject, stream: boolean) {
  const { port, key, headers } = process
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: chatBody(model, BODY_BYTES, stream),
      signal: AbortSignal.timeout(LATEST_ANSWER_MS),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: String(error) }
  }
}

/** @throws Error when the answers through `subject` are not those of the provider */
export async function requireRightAnswers(subject: Subject): Promise<void> {
  const problem = (await problemOfWhole(subject)) ?? (await problemOfStream(subject))
  if (problem !== undefined) throw new Error(`${subject.name} ${problem}`)
}
