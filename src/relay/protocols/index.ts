import { anthropic } from './anthropic.ts'
import { google } from './google.ts'
import { openai } from './openai.ts'
import type { Protocol, ProtocolName } from './protocol.ts'

/** How errors look in each wire protocol. */
export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = { openai, anthropic, google }
