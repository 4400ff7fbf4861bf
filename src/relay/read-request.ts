import type { CallRequest, CallRequestResult } from './call-request.ts'
import type { AddressedEndpoint } from './endpoints.ts'
import { readJsonRequest } from './json-request.ts'
import { maskSecrets } from './mask.ts'
import { readMultipartRequest } from './multipart-request.ts'
import { textField } from './record-json.ts'

/** Reads the body of a call in the form that its endpoint takes, or says what is wrong with it. */
export function readRequest(
  body: Buffer,
  contentType: string | undefined,
  address: AddressedEndpoint,
): CallRequestResult {
  return address.endpoint.body === 'json'
    ? readJsonRequest(body, address)
    : readMultipartRequest(body, contentType ?? '', address)
}

/**
 * What a request itself says of its record, as JSON members with leading commas. `userId` is the
 * one of the headers, which comes first.
 */
export function requestFields(
  request: CallRequest,
  userId: string | undefined,
  isKnownModel: boolean,
): string {
  const user = userId ?? (request.user && maskSecrets(request.user, []))
  // a name that is none of ours may be a key in the wrong place
  const model = isKnownModel ? request.model : maskSecrets(request.model, [])
  return `${textField('user_id', user)},"stream":${request.stream}${textField('model', model)}`
}
