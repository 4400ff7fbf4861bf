import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequestId } from '../record/index.ts'
import { badRequest } from './caller-error.ts'
import { readCallerHeaders } from './caller-headers.ts'
import { checkKey } from './key-check.ts'
import type { RelayServices } from './relay-services.ts'
import { Reply } from './reply.ts'
import type { Route } from './routing/router.ts'

/** Answers `GET /v1/models` and, with an `id`, `GET /v1/models/{id}`. Not a call: no record. */
export function answerModels(
  services: RelayServices,
  request: IncomingMessage,
  response: ServerResponse,
  id: string | undefined,
): void {
  const { keys, router, clock, startedMs } = services
  const reply = new Reply(response, createRequestId(clock.nowMs()))
  const check = checkKey(keys, readCallerHeaders(request.rawHeaders).authorization)
  if (!check.ok) {
    reply.sendError(check.error)
    return
  }
  const created = Math.floor(startedMs / 1000)
  if (id === undefined) {
    const data = router.routes.map((route) => modelObject(route, created))
    reply.sendWhole(200, [...JSON_TYPE], JSON.stringify({ object: 'list', data }))
    return
  }
  const route = router.find(id)
  if (route !== undefined) {
    reply.sendWhole(200, [...JSON_TYPE], JSON.stringify(modelObject(route, created)))
    return
  }
  const message = `the model \`${id.slice(0, 256)}\` does not exist here`
  reply.sendError(badRequest(404, 'model_not_found', message, 'model'))
}

const JSON_TYPE = ['content-type', 'application/json'] as const

function modelObject({ model, upstream }: Route, created: number) {
  return { id: model, object: 'model', created, owned_by: upstream.name }
}
