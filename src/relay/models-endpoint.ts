import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiKey } from '../accounts/index.ts'
import { createRequestId } from '../record/index.ts'
import { badRequest } from './caller-error.ts'
import { readCallerHeaders } from './caller-headers.ts'
import { decodeName } from './endpoints.ts'
import { allowsModel, checkKey, presentedKey } from './key-check.ts'
import { PROTOCOLS } from './protocols/index.ts'
import type { ProtocolName } from './protocols/protocol.ts'
import { readQuery } from './query.ts'
import type { RelayServices } from './relay-services.ts'
import { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'

const OPENAI_PATH = '/v1/models'
const GOOGLE_PATH = '/v1beta/models'

/** Tells whether a path is that of the list of models, or of one of them. */
export function isModelsPath(path: string): boolean {
  return [OPENAI_PATH, GOOGLE_PATH].some((each) => path === each || path.startsWith(`${each}/`))
}

/**
 * Answers `GET /v1/models`, `/v1beta/models` and, with a name behind, one model, in the shape of
 * the caller's protocol: Anthropic's callers are known by their `anthropic-version`. Lists what
 * the key may call. Not a call: no record.
 */
export function answerModels(
  services: RelayServices,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const { keys, router, clock, startedMs } = services
  // Google's SDK calls /v1/models too, with its own headers
  const isGoogle =
    path.startsWith(GOOGLE_PATH) ||
    (request.headers['x-goog-api-key'] ?? request.headers['x-goog-api-client']) !== undefined
  const isAnthropic = request.headers['anthropic-version'] !== undefined
  const protocol: ProtocolName = isGoogle ? 'google' : isAnthropic ? 'anthropic' : 'openai'
  const reply = new Reply(response, createRequestId(clock.nowMs()), PROTOCOLS[protocol])
  const caller = readCallerHeaders(request.rawHeaders)
  const { key } = readQuery(request.url ?? '')
  const check = checkKey(keys, presentedKey(protocol, caller, key))
  if (!check.ok) {
    reply.sendError(check.error)
    return
  }
  const shape = SHAPES[protocol]
  const name = path.slice(path.indexOf('/models') + '/models/'.length)
  if (name === '') {
    const routes = router.routes.filter(({ model }) => allowsModel(check.key, model))
    reply.sendWhole(200, [...JSON_TYPE], JSON.stringify(shape.list(routes, startedMs)))
    return
  }
  const route = findAllowed(router.find(decodeName(name)), check.key)
  if (route === undefined) {
    const message = `the model \`${name.slice(0, 256)}\` does not exist here`
    reply.sendError(badRequest(404, 'model_not_found', message, 'model'))
  } else reply.sendWhole(200, [...JSON_TYPE], JSON.stringify(shape.one(route, startedMs)))
}

const JSON_TYPE = ['content-type', 'application/json'] as const

function findAllowed(route: Route | undefined, key: ApiKey): Route | undefined {
  return route !== undefined && allowsModel(key, route.model) ? route : undefined
}

/** How models look in a protocol; `startedMs` stands for the moment a model was made. */
interface ModelShape {
  list(routes: readonly Route[], startedMs: number): object
  one(route: Route, startedMs: number): object
}

const openai: ModelShape = {
  list: (routes, startedMs) => ({
    object: 'list',
    data: routes.map((route) => openai.one(route, startedMs)),
  }),
  one: ({ model, tiers }, startedMs) => ({
    id: model,
    object: 'model',
    created: Math.floor(startedMs / 1000),
    owned_by: tiers[0]?.[0]?.upstream.name ?? '',
  }),
}

const anthropic: ModelShape = {
  list: (routes, startedMs) => ({
    data: routes.map((route) => anthropic.one(route, startedMs)),
    has_more: false,
    first_id: routes[0]?.model ?? null,
    last_id: routes.at(-1)?.model ?? null,
  }),
  one: ({ model }, startedMs) => ({
    type: 'model',
    id: model,
    display_name: model,
    created_at: new Date(startedMs).toISOString(),
  }),
}

const google: ModelShape = {
  list: (routes, startedMs) => ({ models: routes.map((route) => google.one(route, startedMs)) }),
  one: ({ model }) => ({
    name: `models/${model}`,
    version: '001',
    displayName: model,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  }),
}

const SHAPES: Readonly<Record<ProtocolName, ModelShape>> = { openai, anthropic, google }
