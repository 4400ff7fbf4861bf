import type { AdminServer } from './admin-server.ts'

export interface AdminAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at any depth
  readonly json: any
}

/** Sends `METHOD /path` with a body as JSON. */
export async function call(
  { url }: Pick<AdminServer, 'url'>,
  line: string,
  body?: unknown,
): Promise<AdminAnswer> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const answer = await fetch(url + path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  })
  const text = await answer.text()
  const type = answer.headers.get('content-type') ?? ''
  const json: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : undefined
  return { status: answer.status, type, text, json }
}
