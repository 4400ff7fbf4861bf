import type { Operation } from '../endpoints.ts'
import type { ProtocolName } from '../protocols/protocol.ts'

/** What the relay has to know of a kind of provider; sending and recording is the relay's. */
export interface Provider {
  readonly kind: string
  /** The wire protocol of its text generation. */
  readonly protocol: ProtocolName
  /** Base URL when the configuration names none; undefined where it has to. */
  readonly baseUrl: string | undefined
  /**
   * Cuts what users write too much of off a base URL's path: `/v1` in front of Anthropic's
   * own `/v1/messages`. Returns the path without a slash at its end.
   */
  basePath(pathname: string, operation: Operation): string
  /**
   * Path behind the base path, with a query where the protocol needs one; undefined when the
   * provider does not serve the operation in its own protocol.
   */
  path(operation: Operation, target: PathTarget): string | undefined
  /** Names and values in turn of the headers that carry the credential. */
  credentialHeaders(apiKey: string | undefined): readonly string[]
  /** Names and values in turn, sent unless the caller has sent a header of that name. */
  readonly defaultHeaders: readonly string[]
  /** Region that the provider names in its answer headers (names in lower case). */
  readRegion(headers: AnswerHeaders): string | undefined
}

/** What of a call stands in the path with some providers. */
export interface PathTarget {
  /** The provider's own name of the model. */
  readonly model: string
  readonly stream: boolean
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>
