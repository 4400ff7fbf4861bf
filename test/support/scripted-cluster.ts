import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

type Json = Readonly<Record<string, unknown>>

export interface ScriptedAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ScriptedRequest {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly text: string
  readonly headers: IncomingMessage['headers']
}

/** Answers instead of the cluster, or breaks the connection; undefined leaves it to the cluster. */
type Script = (request: ScriptedRequest) => ScriptedAnswer | 'break' | undefined

/** What becomes of a document of a bulk request instead of being stored. */
type ItemScript = (id: string, source: Json) => Json | undefined

/** A cluster that holds documents in memory and does as it is told. */
export interface ScriptedCluster {
  readonly url: string
  /** Documents by `index/id`. */
  readonly documents: ReadonlyMap<string, Json>
  /** Everything that was put, by path, with the number of times. */
  readonly things: Map<string, { readonly body: Json; readonly times: number }>
  readonly requests: readonly ScriptedRequest[]
  script: Script
  item: ItemScript
  put(key: string, source: Json): void
  close(): Promise<void>
}

/** Starts one on a loopback port. `root` is what it says of its version. */
export async function startScriptedCluster(
  version: Json = { number: '8.11.0', build_flavor: 'default' },
): Promise<ScriptedCluster> {
  const documents = new Map<string, Json>()
  const things: ScriptedCluster['things'] = new Map()
  const requests: ScriptedRequest[] = []
  const cluster = {
    documents,
    things,
    requests,
    script: (() => undefined) as Script,
    item: (() => undefined) as ItemScript,
    put: (key: string, source: Json) => void documents.set(key, source),
  }
  const answer = (request: ScriptedRequest): ScriptedAnswer | 'break' => {
    const scripted = cluster.script(request)
    if (scripted !== undefined) return scripted
    if (request.path === '/') return { status: 200, body: { version } }
    if (request.path === '/_bulk') return bulk(request.text, documents, cluster.item)
    if (request.path === '/_mget') return multiGet(request.text, documents)
    if (request.path.startsWith('/_index_template/')) return template(request, things)
    return { status: 400, body: { error: `no handler found for uri [${request.path}]` } }
  }
  const server = createServer((message, response) => {
    void readRequest(message).then((request) => {
      requests.push(request)
      send(response, answer(request))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(cluster, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

async function readRequest(message: IncomingMessage): Promise<ScriptedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const isPacked = message.headers['content-encoding'] === 'gzip'
  return {
    method: message.method ?? '',
    path: (message.url ?? '').split('?')[0]!,
    text: (isPacked ? gunzipSync(bytes) : bytes).toString('utf8'),
    headers: message.headers,
  }
}

function send(response: ServerResponse, answer: ScriptedAnswer | 'break'): void {
  if (answer === 'break') {
    response.destroy()
    return
  }
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
  response.end(JSON.stringify(answer.body))
}

function bulk(text: string, documents: Map<string, Json>, item: ItemScript): ScriptedAnswer {
  const lines = text.split('\n').slice(0, -1)
  const items = []
  for (let place = 0; place < lines.length; place += 2) {
    const { create } = JSON.parse(lines[place]!) as { create: { _index: string; _id: string } }
    const source = JSON.parse(lines[place + 1]!) as Json
    const key = `${create._index}/${create._id}`
    const scripted = item(create._id, source)
    if (scripted !== undefined) items.push({ create: scripted })
    else if (documents.has(key)) items.push({ create: { status: 409, error: { type: 'exists' } } })
    else {
      documents.set(key, source)
      items.push({ create: { status: 201 } })
    }
  }
  return { status: 200, body: { errors: false, items } }
}

function multiGet(text: string, documents: ReadonlyMap<string, Json>): ScriptedAnswer {
  const { docs } = JSON.parse(text) as { docs: { _index: string; _id: string }[] }
  const found = docs.map(({ _index, _id }) => {
    const source = documents.get(`${_index}/${_id}`)
    return { _index, _id, found: source !== undefined, ...(source && { _source: source }) }
  })
  return { status: 200, body: { docs: found } }
}

function template(
  { method, path, text }: ScriptedRequest,
  things: ScriptedCluster['things'],
): ScriptedAnswer {
  const name = path.split('/').at(-1)
  const known = things.get(path)
  if (method === 'PUT') {
    things.set(path, { body: JSON.parse(text) as Json, times: (known?.times ?? 0) + 1 })
    return { status: 200, body: { acknowledged: true } }
  }
  if (known === undefined)
    return { status: 404, body: { error: { type: 'not_found' }, status: 404 } }
  return { status: 200, body: { index_templates: [{ name, index_template: known.body }] } }
}
