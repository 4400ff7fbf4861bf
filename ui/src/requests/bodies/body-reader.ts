import type { Json } from './json-value.ts'
import type { Message } from './message.ts'

/** Reads the bodies of one protocol. Never throws; a body of another protocol is an empty list. */
export interface BodyReader {
  request(body: Json): readonly Message[]
  answer(body: Json): readonly Message[]
}
